"""A plan, trained live."""
