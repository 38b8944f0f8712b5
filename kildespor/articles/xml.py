"""XML from strangers: parsed without entities, without a network, and without being exhausted by it."""

import re

from lxml import etree

from kildespor.errors import ArticleError

# libxml2 refuses more than 256 levels by itself. A feed of a thousand articles has some 20,000 marks.
_MOST_MARKS = 200_000

_BARE_AMPERSAND = re.compile(
    rb"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!#[0-9]+;|#[xX][0-9a-fA-F]+;|[a-zA-Z][a-zA-Z0-9]*;)", re.DOTALL
)


def parsed(data: bytes, *, name: str, charset: str | None = None) -> etree._Element:
    """The root of an XML document. What breaks the rules of XML is mended as far as that can be done, bare ``&`` above
    all. ``charset`` is the encoding that the server named, which goes before the document's (RFC 7303).

    Raises ArticleError, calling it ``name``: no XML, entities declared (they serve attacks only: expansion without
    end, files of this machine), or more marks than any feed has.
    """
    if max(data.count(b"<"), data.count(b"&")) > _MOST_MARKS:
        raise ArticleError(f"{name} has more than {_MOST_MARKS} marks, which no feed needs. Give another feed.")
    data = data.lstrip(b" \t\r\n")
    for mended, recover in ((data, False), (_BARE_AMPERSAND.sub(_escaped, data), True)):
        root = _root(mended, charset, recover)
        if root is None:
            continue
        declared = root.getroottree().docinfo.internalDTD
        if declared is not None and declared.entities():  # type: ignore[attr-defined]  # not in lxml-stubs
            raise ArticleError(f"{name} declares XML entities, which are not read. Give another feed.")
        return root
    raise ArticleError(f"{name} is no XML. Give the address or file of a feed.")


def _root(data: bytes, charset: str | None, recover: bool) -> etree._Element | None:
    try:
        parser = etree.XMLParser(
            encoding=charset, recover=recover, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        )
        return etree.fromstring(data, parser)
    except LookupError:
        return _root(data, None, recover)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _escaped(match: re.Match[bytes]) -> bytes:
    return match[1] or b"&amp;"
