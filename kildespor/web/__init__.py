"""The page and the HTTP API: requests in, pages and JSON out, over the same calls as the command line.

``app`` puts it together from ``pages`` (one file a kind of page) and ``api`` (one file for calls, one for their
document). ``readers`` reads articles in processes of their own, ``guard`` and ``limits`` stand before every request,
``accounts`` and ``sessions`` know who asks, ``shell`` sets pages; ``view``, ``drawing`` and ``timeline`` turn a report
into what the page of an article shows, ``findings`` and ``telling`` do so for the archive and its stories.
"""

from importlib.util import find_spec

from kildespor.errors import UsageError

if find_spec("starlette") is None or find_spec("sqlalchemy") is None:
    raise UsageError("The page and the API need packages that are not installed: pip install 'kildespor[web]'.")
