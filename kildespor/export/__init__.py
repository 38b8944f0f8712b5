"""A report turned into text for the terminal, JSON, CSV or a page: pure functions from a Report to a string."""
