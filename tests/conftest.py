"""Settings of all tests."""

from hypothesis import settings

# How long an example takes says more of the machine than of the code; loading data on first use is slow by design.
settings.register_profile("kildespor", deadline=None)
settings.load_profile("kildespor")
