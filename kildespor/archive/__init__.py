"""The archive: reports kept in SQLite or PostgreSQL, found again, counted and corrected.

``archive`` is the door. ``database`` opens and tries again, ``tables`` and ``migrations`` are the schema, ``taking``
reads what is new, ``following`` keeps how far feeds have been followed, ``store`` and ``derive`` turn reports into
rows, ``find``, ``match``, ``words`` and ``figures`` ask, ``corrections``, ``judge``, ``undoing`` and ``gold`` keep what
persons say.
"""

from importlib.util import find_spec

from kildespor.errors import UsageError

if any(find_spec(name) is None for name in ("alembic", "platformdirs", "psycopg", "sqlalchemy")):
    raise UsageError("The archive needs packages that are not installed: pip install 'kildespor[archive]'.")

from kildespor.archive.archive import Archive
from kildespor.archive.corrections import Correction, Verdict
from kildespor.archive.figures import Count, OutletFigures, SourceFigures
from kildespor.archive.find import Finding, Page, Query
from kildespor.archive.store import Added, Version
from kildespor.archive.undoing import LastCorrection
from kildespor.errors import ArchiveError

__all__ = [
    "Added",
    "Archive",
    "ArchiveError",
    "Correction",
    "Count",
    "Finding",
    "LastCorrection",
    "OutletFigures",
    "Page",
    "Query",
    "SourceFigures",
    "Verdict",
    "Version",
]
