"""`python -m specrun`."""

from specrun.cli import main

main()
