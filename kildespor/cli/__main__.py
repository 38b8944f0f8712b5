"""``python -m kildespor.cli``."""

from kildespor.cli import main

main()
