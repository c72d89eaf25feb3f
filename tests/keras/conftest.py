"""Tests in this folder import Keras, once, in one process."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
