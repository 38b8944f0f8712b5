"""What each call may be asked: query parameters and JSON bodies as types, which are also their description."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from kildespor.archive import Verdict
from kildespor.archive.find import Order, Within
from kildespor.export.stream import Exported
from kildespor.messages import Lang
from kildespor.model import Act, Kind
from kildespor.sources.register import Control
from kildespor.stats.show import Table
from kildespor.web.forms import Form

MOST = 200
"""Entries of a page, the most."""

MOST_READ = 50
"""Articles read in one call, the most."""

Text = Annotated[str, Meta(max_length=1000)]
Language = Literal["nob", "nno", "dan", "swe", "eng", "nb", "no", "nn", "da", "sv", "en"]
Limit = Annotated[int, Meta(ge=1, le=MOST, description="Entries of a page.")]
Offset = Annotated[int, Meta(ge=0, le=1_000_000_000, description="Entries to skip.")]
FiguresForm = Literal["json", "csv", "svg", "png"]
Time = Annotated[str, Meta(max_length=100, description="EDTF: 2023-03-14, 2023-03 or 2023.")]


class Nothing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No parameters."""


class Shape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form of a report."""

    format: Annotated[Form, Meta(description="The form of the answer; see docs/output.md and docs/standards.md.")] = (
        "json"
    )
    min_confidence: Annotated[float, Meta(ge=0, le=1, description="Keep only attributions at least this sure.")] = 0.0
    lang: Annotated[Lang, Meta(description="The language of html and text.")] = "nb"


class Given(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article to read. What the others say goes before what the article says of itself."""

    source: Annotated[str, Meta(min_length=1, description="Its text, or its http(s) address, or a page with html.")]
    html: Annotated[bool, Meta(description="Whether source is a whole page in HTML.")] = False
    outlet: Text | None = None
    published: Time | None = None
    language: Language | None = None
    url: Text | None = None


class Search(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sought in the archive; what is left out is left open. It is not None, which “null” would be read as."""

    words: Annotated[
        Text | UnsetType, Meta(description="Words of the content, or of the article with within=article.")
    ] = UNSET
    within: Within = "content"
    source: Annotated[Text | UnsetType, Meta(description="Words of the source's name.")] = UNSET
    relay: Annotated[Text | UnsetType, Meta(description="Words of a relay's name.")] = UNSET
    outlet: Annotated[Text | UnsetType, Meta(description="The outlet's whole name.")] = UNSET
    kind: Kind | UnsetType = UNSET
    act: Act | UnsetType = UNSET
    hearsay: bool | UnsetType = UNSET
    control: Control | UnsetType = UNSET
    since: Time | UnsetType = UNSET
    until: Time | UnsetType = UNSET
    order: Order = "newest"
    limit: Limit = 20
    offset: Offset = 0


class SourceNamed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source, and which page of what it has said."""

    name: Annotated[str, Meta(min_length=1, max_length=1000, description="Words of the source's name.")]
    limit: Limit = 20
    offset: Offset = 0


class OutletNamed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outlet."""

    name: Annotated[str, Meta(min_length=1, max_length=1000, description="The outlet's whole name.")]


class Registered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entries of the register."""

    words: Annotated[Text, Meta(description="Words of name, domain, kind, country, owner or control.")] = ""
    limit: Limit = 20
    offset: Offset = 0


class Stories(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stories."""

    words: Annotated[Text | UnsetType, Meta(description="Words of one of a story's articles.")] = UNSET
    limit: Limit = 20
    offset: Offset = 0


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a story is told."""

    lang: Annotated[Lang, Meta(description="The language of the verdicts.")] = "nb"


class Export(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form of an export."""

    format: Annotated[Exported, Meta(description="One line a report; in csv one an attribution.")] = "jsonl"


class Figures(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which figures of the archive, and in which form."""

    format: Annotated[FiguresForm, Meta(description="json has all figures, the others one table.")] = "json"
    table: Annotated[Table, Meta(description="The table of csv, svg and png.")] = "outlets"
    outlet: Annotated[Text | UnsetType, Meta(description="The outlet's whole name.")] = UNSET
    year: Annotated[str, Meta(max_length=10, description="A year: 2024.")] | UnsetType = UNSET
    limit: Annotated[int, Meta(ge=1, le=MOST, description="Outlets and sources, the most.")] = 20
    lang: Annotated[Lang, Meta(description="The language of svg and png.")] = "nb"


class Again(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many articles are read again."""

    limit: Annotated[int, Meta(ge=1, le=MOST_READ, description="Articles read in this call, the most.")] = 20
    offset: Annotated[
        int, Meta(ge=0, le=1_000_000_000, description="Articles to skip: those that could not be read before.")
    ] = 0


class Batch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of all articles. It goes before what they say of themselves."""

    outlet: Text | UnsetType = UNSET
    published: Time | UnsetType = UNSET
    language: Language | UnsetType = UNSET


class Judgement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A verdict on an attribution. ``changes`` are the fields that an amended one has otherwise."""

    article: Annotated[str, Meta(max_length=100, description="The article's id in the archive.")]
    attribution: Annotated[str, Meta(max_length=100, description="The attribution's id: a1, a2 …")]
    verdict: Verdict
    changes: Annotated[dict[str, Any], Meta(description="Fields of an attribution, as in a report.")] = {}
