"""What a story is: articles of one event, the claims that they report, and where each claim comes from.

Articles are named by their ids (``article.id``); spans are offsets into the text of the article that they stand beside.
"""

from typing import Literal

from msgspec import Struct

from kildespor.model import Article, Flag, Polarity, Span

How = Literal["copy", "rewrite", "cite"]
FoundBy = Literal["shared words", "named in the text", "credited", "told alike"]
OriginKind = Literal["source", "unnamed source", "document", "own observation", "outlet elsewhere", "unsourced"]


class Link(Struct, frozen=True, kw_only=True):
    """One article got something from another. ``source`` is that article's id, or the name of an outlet whose article
    is not here (``here`` False). ``share`` is how much of the article it accounts for (0-1); ``words`` those that name
    the outlet."""

    article: str
    source: str
    here: bool
    how: How
    found_by: FoundBy
    share: float
    words: Span | None = None
    confidence: float


class ClaimReport(Struct, frozen=True, kw_only=True):
    """One telling of a claim in an article. ``chain`` names who had it from whom, the source first, the outlet last;
    ``hedged`` says that the words mark it as hearsay or unconfirmed. ``attribution`` is its id in the article's
    report, None where the outlet says it in its own voice."""

    article: str
    span: Span
    text: str
    polarity: Polarity
    attribution: str | None
    source: str | None
    chain: tuple[str, ...]
    hedged: bool


class Origin(Struct, frozen=True, kw_only=True):
    """Where the knowledge of a claim comes from: sources that depend on one another, as one.

    ``names`` are all of them, the first to be heard first; ``articles`` those that have the claim from there. ``why``
    says in words why several are one. An origin that does not ``count`` only repeats or says nothing of where it knows
    it from; it stands in for one only where there is no other.
    """

    name: str
    kind: OriginKind
    names: tuple[str, ...]
    articles: tuple[str, ...]
    counts: bool
    why: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()


class Change(Struct, frozen=True, kw_only=True):
    """Something that happened to a claim on the way: a number corrected (``detail``: from and to), a hedge lost, a
    denial."""

    what: Literal["number", "hedge lost", "denied"]
    article: str
    earlier: str | None
    detail: str


class Standing(Struct, frozen=True, kw_only=True):
    """How a claim stands: how many outlets assert it, how many independent origins it has, whether one of these bears
    out another, who denies it, and whether an outlet or origin is a party or under a state's control."""

    outlets: int
    independent: int
    confirmed: bool
    denied_by: tuple[str, ...]
    party: tuple[str, ...]
    state: tuple[str, ...]


class Claim(Struct, frozen=True, kw_only=True):
    """What several reports have in common. ``text`` is its fullest early telling; ``reports`` stand in order of time;
    ``independent`` is how many of ``origins`` do not depend on one another; ``loops`` are outlets that cite each other
    in a ring; ``unknown`` says what could not be known."""

    id: str
    text: str
    reports: tuple[ClaimReport, ...]
    origins: tuple[Origin, ...]
    independent: int
    loops: tuple[tuple[str, ...], ...] = ()
    changes: tuple[Change, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that assert it, in order of time."""
        return tuple(dict.fromkeys(r.article for r in self.reports if r.polarity == "asserts"))

    @property
    def denials(self) -> tuple[ClaimReport, ...]:
        """The reports that deny it, in order of time."""
        return tuple(r for r in self.reports if r.polarity == "denies")

    @property
    def standing(self) -> Standing:
        """How it stands, by its reports and origins."""
        flagged = [(o.name, f.flag) for o in self.origins for f in o.flags]
        return Standing(
            outlets=len({r.chain[-1] for r in self.reports if r.polarity == "asserts"}),
            independent=self.independent,
            confirmed=self.independent > 1,
            denied_by=tuple(dict.fromkeys(r.chain[0] for r in self.denials)),
            party=tuple(name for name, flag in flagged if flag == "party"),
            state=tuple(name for name, flag in flagged if flag == "state"),
        )


class Story(Struct, frozen=True, kw_only=True):
    """Articles of one event in order of time, who got what from whom, and the claims, those of most articles first."""

    title: str
    articles: tuple[Article, ...]
    links: tuple[Link, ...]
    claims: tuple[Claim, ...]

    def article(self, id_: str) -> Article:
        """One of its articles by id."""
        return next(a for a in self.articles if a.id == id_)
