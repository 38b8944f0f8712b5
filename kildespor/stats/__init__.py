"""Who is quoted, how, through whom, and how few of them make half of all: figures over tables or an archive.

``opened`` finds the tables, ``figures`` counts in them, ``show`` gives the counts as text and CSV, ``plot`` draws them.
"""

from importlib.util import find_spec

from kildespor.errors import UsageError

if any(find_spec(name) is None for name in ("duckdb", "pyarrow")):
    raise UsageError("Statistics need packages that are not installed: pip install 'kildespor[stats]'.")

from kildespor.stats.figures import Concentration, Group, Quoted, Stats, stats

__all__ = ["Concentration", "Group", "Quoted", "Stats", "stats"]
