"""Stories: the same claim in many reports, who has it from whom, and how many origins it really has.

``tell`` is the whole way from readings to a story: ``mentions``, ``pieces`` and ``sense`` say what is compared,
``likeness`` and ``claims`` what is told alike, ``links`` who has what from whom, ``polarity``, ``origins`` and
``over_time`` how each claim stands. ``folder`` takes articles in; ``verdict``, ``show``, ``draw``, ``as_json`` and
``as_prov`` give stories out.
"""

from importlib.util import find_spec

from kildespor.errors import UsageError

if find_spec("rensa") is None:
    raise UsageError("Stories need a package that is not installed: pip install 'kildespor[stories]'.")

from kildespor.stories.model import Change, Claim, ClaimReport, Link, Origin, Standing, Story
from kildespor.stories.tell import tell

__all__ = ["Change", "Claim", "ClaimReport", "Link", "Origin", "Standing", "Story", "tell"]
