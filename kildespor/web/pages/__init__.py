"""The pages, one module a kind: each has its ``routes`` and takes what it shows from the service."""
