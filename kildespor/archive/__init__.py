"""The archive: reports kept in SQLite or PostgreSQL, found again, counted and corrected.

``archive`` is the door. ``database`` opens and tries again, ``tables`` and ``migrations`` are the schema, ``taking``
reads what is new, ``store`` and ``derive`` turn reports into rows, ``find``, ``match``, ``words`` and ``figures`` ask,
``corrections``, ``judge`` and ``gold`` keep what persons say.
"""

from importlib.util import find_spec

from kildespor.errors import UsageError

if find_spec("sqlalchemy") is None:
    raise UsageError("The archive needs packages that are not installed: pip install 'kildespor[archive]'.")

from kildespor.archive.archive import Archive
from kildespor.archive.corrections import Correction, Verdict
from kildespor.archive.errors import ArchiveError
from kildespor.archive.figures import Count, OutletFigures, SourceFigures
from kildespor.archive.find import Finding, Page
from kildespor.archive.store import Added, Version

__all__ = [
    "Added",
    "Archive",
    "ArchiveError",
    "Correction",
    "Count",
    "Finding",
    "OutletFigures",
    "Page",
    "SourceFigures",
    "Verdict",
    "Version",
]
