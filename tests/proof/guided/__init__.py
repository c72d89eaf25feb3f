"""What a fuzzer that follows coverage is let loose on, and the corpus that it left: see `python -m tests.proof.guided`."""
