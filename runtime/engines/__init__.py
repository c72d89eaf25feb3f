"""The ways of training."""
