"""What the forms of linked data share: identifiers, who is meant, languages and times.

An article with a web address is known by that address; all else has a name ``urn:kildespor:…`` (docs/standards.md
lists them), which stays the same as long as the article's ``id`` and the register's keys do. ``kildespor`` is not a
registered URN namespace: the names identify, and cannot be looked up.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from msgspec import Struct

from kildespor.articles.credit import PICTURE
from kildespor.export.chain import words_of
from kildespor.model import Article, Attribution, Relay, Report, Source, SourceType
from kildespor.sources.register import shipped_register

Node = dict[str, Any]
"""A JSON object."""

VOCABULARY = "urn:kildespor:vocabulary:"
"""What the terms begin with that are Kildespor's own, such as ``kind`` and ``polarity``."""

WORKS: frozenset[SourceType] = frozenset({"document", "image", "post"})
"""Types of sources that say something without being anybody."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?")


class Party(Struct, frozen=True, kw_only=True):
    """Who stands behind an attribution or a relay, with the identifier that all forms use.

    ``type`` is None where the report has no source for it; ``same_as`` is its address in Wikidata.
    """

    iri: str
    name: str
    type: SourceType | None = None
    same_as: str | None = None


class Parties:
    """The parties of one report, looked up by ``source_id``."""

    def __init__(self, report: Report) -> None:
        self._article = report.article
        self._sources: Mapping[str, Source] = {source.id: source for source in report.sources}

    def of(self, said: Attribution | Relay) -> Party | None:
        """Who said it or passed it on; None where the article names and describes nobody."""
        if source := self._sources.get(said.source_id or ""):
            return self.from_source(source)
        name = said.entity or words_of(self._article.text, said.source)
        return Party(iri=part_iri(self._article, "entity", name), name=name) if name else None

    def from_source(self, source: Source) -> Party:
        """The party that an entry of the report's ``sources`` is."""
        iri = register_iri(source.register) if source.register else part_iri(self._article, "source", source.id)
        wikidata = source.wikidata and f"http://www.wikidata.org/entity/{quote(source.wikidata, safe='')}"
        return Party(iri=iri, name=source.name, type=source.type, same_as=wikidata)

    def outlet(self) -> Party | None:
        """The article's own outlet, under its key in the shipped register where it is there."""
        name = self._article.outlet
        return _medium(name, "outlet", self._article) if name else None

    def credited(self) -> tuple[Party, ...]:
        """The agencies that the article credits for its text, in its order."""
        names = (name for name in self._article.credit if not name.startswith(PICTURE))
        return tuple(_medium(name, "agency", self._article) for name in names)


def article_iri(article: Article) -> str:
    """Return the article's web address as a URI (RFC 3986), without a fragment, or else its name by its ``id``."""
    return (article.url and web_address(article.url)) or f"urn:kildespor:article:{_part(article.id)}"


def part_iri(article: Article, *parts: str | int) -> str:
    """Return the name of something that belongs to an article: ``urn:kildespor:article:ID:attribution:a1``."""
    return ":".join(("urn:kildespor:article", _part(article.id), *(_part(str(part)) for part in parts)))


def register_iri(key: str) -> str:
    """Return the name of an entry of the register, the same in every article."""
    return f"urn:kildespor:register:{_part(key)}"


def model_iri(model: str) -> str:
    """Return the name of the model that read an article."""
    return f"urn:kildespor:model:{_part(model)}"


def web_address(url: str) -> str | None:
    """Return an ``http(s)`` address as a URI, everything escaped that RFC 3986 asks for, without its fragment; None
    for anything else."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\[\]\\]", parts.netloc):
        return None
    path, query = (re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part) for part in (parts.path, parts.query))
    host_and_port = quote(parts.netloc, safe=":@!$&'()*+,;=~")
    return urlunsplit(
        (parts.scheme, host_and_port, quote(path, safe="/%:@!$&'()*+,;=~"), quote(query, safe="/?%:@!$&'()*+,;=~"), "")
    )


def known(node: Node) -> Node:
    """Return an object without the fields that hold nothing."""
    return {key: value for key, value in node.items() if value not in (None, "", [])}


def day_of(edtf: str | None) -> str | None:
    """Return an EDTF value that is one day of the calendar (``2023-03-14``) as it is; None for any other."""
    if not edtf or not _DAY.fullmatch(edtf):
        return None
    try:
        date.fromisoformat(edtf)
    except ValueError:
        return None
    return edtf


def moment_of(edtf: str | None, *, zoned: bool = False) -> str | None:
    """Return an EDTF value that is a day with its time as it is; None for any other, or, with ``zoned``, for one
    without ``Z`` or an offset."""
    if not edtf or not (found := _MOMENT.fullmatch(edtf)) or (zoned and not found[1]):
        return None
    try:
        datetime.fromisoformat(edtf)
    except ValueError:
        return None
    return edtf


def _medium(name: str, type_: SourceType, article: Article) -> Party:
    entry = shipped_register().find(name, language=article.language)
    iri = register_iri(entry.key) if entry else f"urn:kildespor:outlet:{_part(name)}"
    return Party(iri=iri, name=name, type=type_)


def _part(text: str) -> str:
    return quote(text, safe="")
