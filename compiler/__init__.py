"""YAML to diagnostics, or to a plan and its script, without TensorFlow, Keras or pandas."""
