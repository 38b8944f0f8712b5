"""What the pages of the archive have in common: findings and rankings to show, pages to turn."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request

from kildespor.archive import Count, Finding
from kildespor.export.chain import Basis, basis_of, date_words, one_line, shorten, sure_words
from kildespor.language.codes import BCP47
from kildespor.messages import Words
from kildespor.model import Article


class Told(Struct, frozen=True):
    """A finding as it is shown: what it rests on, its chain with where each hand leads, its article and its time."""

    finding: Finding
    basis: Basis
    hands: tuple[tuple[str, str | None], ...]
    title: str
    when: str | None
    language: str | None
    sure: str


class Bar(Struct, frozen=True):
    """A line of a ranking: a name, where it leads, how often it occurs, and that in percent of the most."""

    name: str
    leads: str | None
    n: int
    percent: float


def told(finding: Finding, words: Words) -> Told:
    """Put together what is shown of a finding."""
    source = (one_line(finding.source), at("source", finding.source)) if finding.source else None
    relays = ((one_line(name), at("source", name)) for name in finding.relays)
    outlet = (one_line(finding.outlet), at("outlet", finding.outlet)) if finding.outlet else None
    return Told(
        finding=finding,
        basis=basis_of(finding.attribution),
        hands=(source or (words("chain.unstated"), None), *relays, outlet or (words("chain.here"), None)),
        title=one_line(finding.title or "") or words("article.untitled"),
        when=date_words(finding.published, words) if finding.published else None,
        language=BCP47[finding.language] if finding.language else None,
        sure=sure_words(finding.attribution, words),
    )


def titled(article: Article, words: Words) -> str:
    """What an article is called in a list: its title, or else how it begins."""
    return one_line(article.title or "") or shorten(one_line(article.text), 70) or words("article.untitled")


def bars(counts: Sequence[Count], *, leads: str | None = None, said: Callable[[str], str] = one_line) -> list[Bar]:
    """A ranking as bars; ``leads`` is the kind of page that each name has, ``said`` what a name is called."""
    most = max((count.n for count in counts), default=1)
    return [Bar(said(c.name), at(leads, c.name) if leads else None, c.n, 100 * c.n / most) for c in counts]


def at(kind: str, name: str) -> str:
    """The address of the page of a source or outlet."""
    return f"/{kind}?{urlencode({'name': name})}"


def offset_of(request: Request) -> int:
    """How many entries the address asks to skip; 0 for what is no number."""
    offset = request.query_params.get("offset", "0")
    return int(offset) if offset.isascii() and offset.isdecimal() and len(offset) < 10 else 0


def following(request: Request, offset: int, limit: int, more: bool) -> dict[str, str]:
    """The addresses of the page before (``earlier``) and after (``later``), where there is one."""
    turned = {}
    if offset:
        turned["earlier"] = request.url.include_query_params(offset=max(0, offset - limit))
    if more:
        turned["later"] = request.url.include_query_params(offset=offset + limit)
    return {name: f"{url.path}?{url.query}" for name, url in turned.items()}
