"""`python -m recond`."""

from recond.cli.main import main

main()
