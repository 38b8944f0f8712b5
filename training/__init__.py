"""From the corpora to the shipped model; see README.md for the commands."""
