"""OPML: lists of feeds, as feed readers export them (OPML 2.0, http://opml.org/spec2.opml)."""

from kildespor.articles.xml import parsed
from kildespor.errors import UsageError


def feeds(data: bytes, *, name: str) -> tuple[str, ...]:
    """The addresses (``xmlUrl``) of the feeds in an OPML list, in its order, each once, as written.

    Raises ArticleError (no XML) or UsageError (no feed in it), calling the list ``name``.
    """
    found = [
        str(value).strip()
        for outline in parsed(data, name=name).iter("{*}outline")
        for key, value in outline.attrib.items()
        if str(key).lower() == "xmlurl" and str(value).strip()
    ]
    if not found:
        raise UsageError(f"{name} lists no feeds. Give an OPML file, whose outlines name feeds by xmlUrl.")
    return tuple(dict.fromkeys(found))
