"""The vocabulary: what an article, an attribution and a report are, as frozen values.

Every value is a :class:`msgspec.Struct` whose fields are the keys of the JSON form of a report, in that order, so that
``msgspec.json.encode(report)`` *is* the contract. A :data:`Span` is ``(start, end)``: character offsets, end exclusive,
into ``article.text``.
"""

from typing import Literal

from msgspec import Struct

Span = tuple[int, int]
Spans = tuple[Span, ...]

SCHEMA = 1

Language = Literal["nob", "nno", "dan", "swe", "eng"]
SourceKind = Literal["named", "unnamed", "unstated"]
Kind = Literal["direct", "indirect", "mixed"]
Act = Literal["say", "think", "ask", "promise", "show"]
Polarity = Literal["asserts", "denies", "questions"]
Anchor = Literal["cue", "quote", "hearsay", "label"]
FlagReason = Literal["called", "under_state", "under_party", "speaks"]
SourceType = Literal["person", "organisation", "outlet", "agency", "document", "image", "post", "group", "place"]


class Article(Struct, frozen=True, kw_only=True):
    """One published text with what is known of its publication.

    ``published`` is an EDTF string (``2023-03``, ``2023-03-14``); ``language`` an ISO 639-3 code, None until it has
    been recognised; ``credit`` the agencies that the text or its byline credits; ``file`` the path as given.
    """

    id: str
    text: str
    file: str | None = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    byline: str | None = None
    published: str | None = None
    language: Language | None = None
    credit: tuple[str, ...] = ()


class Relay(Struct, frozen=True, kw_only=True):
    """An outlet or person through whom the article has an attribution (mellomledd).

    ``source`` and ``cue`` are empty when the relay has no words of its own there: the speaker of the enclosing quote,
    or a medium named earlier that plainly still carries it.
    """

    source: Spans
    cue: Spans
    entity: str | None
    source_id: str | None = None


class Why(Struct, frozen=True, kw_only=True):
    """What decided: the word class of the anchor, whether the model or a named rule found it, and its score (0-1)."""

    anchor: Anchor
    by: str
    score: float


class Attribution(Struct, frozen=True, kw_only=True):
    """One act of reporting: a source is said to have said, thought, asked, promised or shown a content.

    ``relays`` stand innermost first. ``confidence`` is calibrated: of the attributions with confidence 0.8, four in
    five are found in the gold annotation.
    """

    id: str
    content: Spans
    cue: Spans = ()
    source: Spans = ()
    entity: str | None = None
    source_id: str | None = None
    source_kind: SourceKind
    kind: Kind
    act: Act
    polarity: Polarity = "asserts"
    hearsay: Spans = ()
    addressee: Spans = ()
    refers_to: Spans = ()
    relays: tuple[Relay, ...] = ()
    when: str | None = None
    confidence: float
    why: Why


class Statement(Struct, frozen=True, kw_only=True):
    """A sentence that the outlet says in its own voice."""

    id: str
    span: Span
    polarity: Polarity = "asserts"


class Flag(Struct, frozen=True, kw_only=True):
    """A caution about a source. ``why`` is its reason as an English sentence; ``reason`` says which it is (the article
    calls it so, the register has it under a state or party, it speaks of itself), with the ``values`` that the sentence
    turns on, so that an interface can say it in its own language. None in reports made before there were reasons."""

    flag: Literal["state", "party"]
    why: str
    reason: FlagReason | None = None
    values: dict[str, str] = {}


class Source(Struct, frozen=True, kw_only=True):
    """An entity that the article lets speak, once its pronouns, titles and spellings are resolved.

    ``direct`` and ``indirect`` count its attributions; ``register`` is its key in the register of outlets. ``through``
    names the relays through whom the article has it, in the order in which they come up; empty in reports made before
    there was such a field.
    """

    id: str
    name: str
    type: SourceType
    mentions: Spans
    described_as: tuple[str, ...] = ()
    register: str | None = None
    wikidata: str | None = None
    flags: tuple[Flag, ...] = ()
    direct: int = 0
    indirect: int = 0
    through: tuple[str, ...] = ()


class DateExpression(Struct, frozen=True, kw_only=True):
    """An expression of time and its value in EDTF, uncertainty kept."""

    span: Span
    edtf: str


class Report(Struct, frozen=True, kw_only=True):
    """Everything that was read out of one article. Encode it with ``msgspec.json`` to get the documented form."""

    schema: int = SCHEMA
    model: str
    article: Article
    attributions: tuple[Attribution, ...]
    statements: tuple[Statement, ...] = ()
    sources: tuple[Source, ...] = ()
    dates: tuple[DateExpression, ...] = ()
