"""What an archive notes of a report so that it can be found: names, times, what an attribution rests on."""

import hashlib
import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urldefrag

import msgspec
from edtf import EDTFParseException, parse_edtf

from kildespor.archive import words
from kildespor.errors import ArticleError
from kildespor.model import Article, Attribution, Report, Source
from kildespor.sources.register import shipped_register

RestsOn = Literal["own", "media", "agency", "nobody"]
RESTS_ON: tuple[RestsOn, ...] = get_args(RestsOn)

_PLACE_IN_FILE = re.compile(r":[0-9]+$")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def digest_of(article: Article) -> str:
    """What tells one content from another: the first 80 bits, in hexadecimal, of the SHA-256 of the JSON array
    ``[text, outlet, url, published]``, which is also the ``id`` that an article gets when it is read.

    Raises ArticleError for text that cannot be kept.
    """
    name = article.file or article.url or "The article"
    try:
        content = msgspec.json.encode((article.text, article.outlet, article.url, article.published))
    except UnicodeEncodeError:
        raise ArticleError(f"{name} holds half characters (lone surrogates). Decode it again as UTF-8.") from None
    if "\0" in "".join(value for value in msgspec.structs.astuple(article) if isinstance(value, str)):
        raise ArticleError(f"{name} holds NUL characters, which no database keeps. Take them out.")
    return hashlib.sha256(content).hexdigest()[:20]


def key_of(article: Article, digest: str) -> str:
    """What tells one article from another whatever its content: its address, or else the place of its file, or else,
    for one from standard input or one of many in a file, its content: the next edition of that file may have another
    one in its place. As a digest, since addresses grow longer than an index takes."""
    if article.url:
        place = urldefrag(article.url).url
    elif article.file and article.file != "-" and not _PLACE_IN_FILE.search(article.file):
        place = str(Path(article.file).absolute())
    else:
        place = digest
    return hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:32]


@lru_cache(maxsize=10_000)
def earliest(edtf: str) -> datetime | None:
    """The first moment that an EDTF string can mean, in UTC; a time of day without a zone is taken as UTC. None where
    it is no EDTF or has no beginning."""
    return _moment(edtf) or _bound(edtf, "lower_strict", time.min)


@lru_cache(maxsize=10_000)
def latest(edtf: str) -> datetime | None:
    """The last moment that an EDTF string can mean; otherwise as :func:`earliest`."""
    return _moment(edtf) or _bound(edtf, "upper_strict", time.max)


def _moment(edtf: str) -> datetime | None:
    if "T" not in edtf:
        return None
    try:
        moment = datetime.fromisoformat(edtf)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def _bound(edtf: str, which: str, of_day: time) -> datetime | None:
    # An open end is infinite, and a year may lie outside the calendar.
    try:
        # Most dates are plain, and the grammar takes milliseconds for each.
        if _DAY.fullmatch(edtf):
            return datetime.combine(date.fromisoformat(edtf), of_day)
        year, month, day, *_ = getattr(parse_edtf(edtf), which)()
        return datetime.combine(datetime(year, month, day), of_day)
    except (EDTFParseException, AttributeError, OverflowError, TypeError, ValueError):
        return None


def rests_on(attribution: Attribution, report: Report) -> RestsOn:
    """What the outlet has an attribution from: the last medium or agency in its chain, itself apart; without one,
    nobody when no source is stated, and else a source of its own."""
    types = {source.id: source.type for source in report.sources}
    outlet = words.key(report.article.outlet or "")
    chain = [(r.entity, r.source_id) for r in reversed(attribution.relays)]
    for entity, source_id in (*chain, (attribution.entity, attribution.source_id)):
        type_ = types.get(source_id or "")
        if type_ in ("outlet", "agency") and words.key(entity or "") != outlet:
            return "agency" if type_ == "agency" else "media"
    return "nobody" if attribution.source_kind == "unstated" else "own"


def control_of(source: Source) -> str | None:
    """Who controls a source, by the register: state, party, public service or private."""
    entry = shipped_register().get(source.register) if source.register else None
    return entry.control if entry else None
