"""What a fuzzer that follows coverage is let loose on, and how: see `python -m tests.proof.guided`."""
