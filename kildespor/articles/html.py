"""A web page to the text of its article and what the page says of it.

trafilatura (Barbaresi 2021, doi:10.18653/v1/2021.acl-demo.15) decides what on the page is the article. Around it:
captions are kept, links to other articles left out, paragraphs put back in the page's order (trafilatura's fallbacks
lose it), and the headline and lead set first where the page shows them outside the article's frame.
"""

import codecs
import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from datetime import datetime
from importlib.resources import files
from typing import Any
from urllib.parse import urljoin

import lxml.etree
import lxml.html
from msgspec import Struct
from trafilatura import bare_extraction
from trafilatura.settings import use_config

from kildespor.articles import jsonld
from kildespor.articles.text import is_date
from kildespor.errors import ArticleError
from kildespor.model import Language

_WORDS = tomllib.loads(files("kildespor.articles").joinpath("html.toml").read_text("utf-8"))

# A news flash is a sentence or two; below its usual 250 characters trafilatura falls back to dumping the whole page.
_CONFIG = use_config()
_CONFIG.set("DEFAULT", "MIN_EXTRACTED_SIZE", "20")

# Prose that makes a page an article: of one that says it is, and of one that says nothing.
_LEAST_OF_ARTICLE = 25
_LEAST_OF_PAGE = 200

_LINE_BREAKS = frozenset(_WORDS["tags"]["line_breaks"])
_BLOCKS = frozenset(_WORDS["tags"]["blocks"])
_CELLS = frozenset(_WORDS["tags"]["cells"])
_UNSEEN = frozenset(_WORDS["tags"]["unseen"])

# Marks of where a word may be broken, and byte order marks: typesetting, no text.
_SOFT = re.compile("[\u00ad\u200b\u2060\ufeff]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


class PageArticle(Struct, frozen=True, kw_only=True):
    """What a page holds. Paragraphs of ``text`` are set apart by a blank line; ``byline`` is from the page's
    description of itself, ``shown_byline`` from the line its readers see; ``published`` is EDTF."""

    text: str
    title: str | None
    outlet: str | None
    url: str | None
    byline: str | None
    shown_byline: str | None
    published: str | None
    language: Language | None


def read_page(data: bytes, *, name: str, address: str | None, charset: str | None) -> PageArticle:
    """The article of an HTML page.

    ``address`` is where the page was, if known; ``charset`` the encoding that the server named. Raises ArticleError,
    calling the page ``name``, when there is no article in it.
    """
    no_article = ArticleError(f"{name}: there is no article in this page. Give the address or file of one article.")
    tree = _parsed(_decoded(data, charset))
    if tree is None:
        raise no_article
    scripts = [str(script.text) for script in tree.iterfind('.//script[@type="application/ld+json"]') if script.text]
    described = jsonld.news_article(scripts, _WORDS["schema"]["types"])
    about = described or jsonld.NewsArticle()
    meta = _Meta(tree)
    _keep_captions(tree)
    _drop_related(tree)
    _write_quotation_marks(tree)
    lines = [_key(paragraph) for paragraph in paragraphs(tree)]
    document = _extracted(tree, address)
    extracted = _in_page_order(document.body, lines) if document else []
    body = _fuller(extracted, about.text)

    outlet = about.publisher or meta.get("og:site_name") or (document.sitename if document else None)
    title = _title(tree, [about.headline, meta.get("og:title"), document.title if document else None], outlet)
    lead = _lead(tree, [about.lead, meta.get("og:description"), meta.get("description")], lines, body)
    says_so = described is not None or (meta.get("og:type") or "").lower() == "article"
    if not _is_article(body, [title, lead], _LEAST_OF_ARTICLE if says_so else _LEAST_OF_PAGE):
        raise no_article
    return PageArticle(
        text="\n\n".join(_with_opening(body, title, lead)),
        title=title,
        outlet=outlet,
        url=_address(tree, meta, about, address),
        byline=", ".join(about.authors) or meta.get("author") or (document.author if document else None),
        shown_byline=_first_of_class(tree, _WORDS["byline"]["classes"]),
        published=_published(about.published, meta.get("article:published_time"), document.date if document else None),
        language=_language(tree.get("lang"), meta.get("og:locale"), about.language),
    )


def paragraphs_of(markup: str) -> list[str]:
    """The paragraphs of a piece of HTML, as :func:`paragraphs`."""
    try:
        tree = lxml.html.fragment_fromstring(re.sub("[\0-\x08\x0b\x0e-\x1f]", "", markup), create_parent="div")
    except (lxml.etree.ParserError, ValueError):
        return []
    _write_quotation_marks(tree)
    return paragraphs(tree)


def paragraphs(tree: Any) -> list[str]:
    """The text of an element tree (HTML or trafilatura's) in its order, one string for each paragraph, heading, list
    item or caption; a single line break stays one, two set paragraphs apart."""
    parts: list[str] = []
    _collect(tree, parts)
    found = re.split(r"\n[ \n]*\n", re.sub(r"[^\S\n]*\n[^\S\n]*", "\n", "".join(parts)))
    return [paragraph for part in found if (paragraph := part.strip())]


def _collect(element: Any, parts: list[str]) -> None:
    for event, node in lxml.etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        tag = node.tag
        if event in ("comment", "pi"):
            parts.append(_flowed(node.tail))
            continue
        if tag in _LINE_BREAKS:
            parts.append("\n" if event == "start" else "")
        elif tag in _BLOCKS:
            parts.append("\n\n")
        if event == "start":
            parts.append("" if tag in _UNSEEN else _flowed(node.text))
        else:
            parts.append(("\t" if tag in _CELLS else "") + (_flowed(node.tail) if node is not element else ""))


def _flowed(text: str | None) -> str:
    return re.sub(r"\s+", " ", _SOFT.sub("", text or ""))


def _key(text: str) -> str:
    return "".join(_SOFT.sub("", text).split())


def _decoded(data: bytes, charset: str | None) -> str:
    """As browsers do (WHATWG HTML, 13.2.3): a byte order mark, the server's word, the page's word, then UTF-8 or
    Windows-1252; bytes that do not fit are replaced."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    inside = _CHARSET.search(data[:4096])
    for label in (charset, inside[1].decode("ascii") if inside else None):
        if label and (decoded := _decoded_as(data, label)) is not None:
            return decoded
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _decoded_as(data: bytes, label: str) -> str | None:
    try:
        encoding = codecs.lookup(label).name
        # The web means Windows-1252 by these (WHATWG Encoding).
        return data.decode("cp1252" if encoding in ("iso8859-1", "ascii") else encoding, "replace")
    except (LookupError, ValueError):
        return None


def _parsed(text: str) -> Any:
    cleaned = re.sub("[\0-\x08\x0b\x0e-\x1f]", "", text)
    # lxml refuses a str with an encoding declaration, and the page is decoded already.
    cleaned = re.sub(r"\A\s*<\?xml[^>]*>", "", cleaned)
    try:
        return lxml.html.document_fromstring(cleaned, ensure_head_body=True)
    except (lxml.etree.ParserError, ValueError):
        return None


def _extracted(tree: Any, address: str | None) -> Any:
    return bare_extraction(
        tree,
        url=address,
        favor_recall=True,
        include_comments=False,
        include_links=False,
        include_tables=True,
        deduplicate=False,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
        config=_CONFIG,
    )


def _has_class(element: Any, names: list[str]) -> bool:
    classes = (element.get("class") or "").lower()
    return bool(classes) and any(re.search(rf"(?:^|[\s_-]){re.escape(name)}(?:$|[\s_])", classes) for name in names)


def _first_of_class(tree: Any, names: list[str]) -> str | None:
    for element in tree.iter("p", "div", "span", "h2", "a", "address", "section", "header"):
        if _has_class(element, names) and (text := " ".join(element.text_content().split())) and len(text) < 400:
            return _SOFT.sub("", text)
    return None


def _lead(tree: Any, descriptions: list[str | None], lines: list[str], body: list[str]) -> str | None:
    """The lead as the page shows it: because the page's description of itself repeats it, or by its class where it
    stands before the body (further down it is another article's)."""
    for description in descriptions:
        if description and _key(description) in lines:
            return " ".join(_SOFT.sub("", description).split())
    lead = _first_of_class(tree, _WORDS["lead"]["classes"])
    if lead is None or not body or _key(lead) not in lines or _key(body[-1]) not in lines:
        return None
    return lead if lines.index(_key(lead)) < lines.index(_key(body[-1])) else None


def _keep_captions(tree: Any) -> None:
    """Puts a paragraph in the place of each figure, since trafilatura drops figures whole."""
    for figure in list(tree.iter("figure")):
        captions = [
            part
            for part in figure.iterdescendants()
            if isinstance(part.tag, str)
            and (part.tag == "figcaption" or _has_class(part, _WORDS["caption"]["classes"]))
        ]
        outermost = [part for part in captions if not any(part in other.iterdescendants() for other in captions)]
        if figure.find(".//p") is not None and not outermost:
            figure.tag = "div"
            continue
        replacement = lxml.html.Element("div")
        for part in outermost:
            for line in paragraphs(part):
                lxml.etree.SubElement(replacement, "p").text = line.replace("\n", " ")
        replacement.tail = figure.tail
        if figure.getparent() is not None:
            figure.getparent().replace(figure, replacement)


def _drop_related(tree: Any) -> None:
    openings = tuple(word.lower() for word in _WORDS["related"]["words"])
    for element in list(tree.iter("p", "li", "div", "h2", "h3", "h4", "blockquote")):
        text = " ".join(element.text_content().split())
        if len(text) > 300 or not text.lower().startswith(openings) or element.getparent() is None:
            continue
        linked = sum(len(" ".join(link.text_content().split())) for link in element.iter("a"))
        if 2 * linked >= len(text):
            element.drop_tree()


def _write_quotation_marks(tree: Any) -> None:
    """Puts the marks that browsers draw around the element q into the text."""
    for quote in list(tree.iter("q")):
        quote.text = f"“{quote.text or ''}"
        quote.tail = f"”{quote.tail or ''}"
        quote.drop_tag()


def _in_page_order(body: Any, lines: list[str]) -> list[str]:
    """trafilatura's paragraphs, sorted by where they stand on the page (``lines``, its paragraphs without spaces)."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        places[line].append(place)
    placed: list[tuple[int, str]] = []
    here = -1
    for paragraph in paragraphs(body):
        known = places.get(_key(paragraph), [])
        following = bisect_right(known, here)
        here = known[following] if following < len(known) else known[0] if known else here
        placed.append((here, paragraph))
    return [paragraph for _, paragraph in sorted(placed, key=lambda each: each[0])]


def _fuller(extracted: list[str], described: str | None) -> list[str]:
    """The paragraphs of the page, or of its description (``articleBody``) where that has much more text, as on pages
    that are put together by scripts, or the same text with its paragraphs."""
    shown, told = _key("".join(extracted)), _key(described or "")
    if described is None or not (len(told) > 1.5 * len(shown) or told == shown):
        return extracted
    if re.search(r"<(?:p|br|div)\b", described, re.IGNORECASE):
        return paragraphs_of(described)
    return [flowed for line in described.splitlines() if (flowed := _flowed(line).strip())]


def _is_article(body: list[str], opening: list[str | None], least: int) -> bool:
    known = {_key(part) for part in opening if part}
    return sum(len(paragraph) for paragraph in body if _key(paragraph) not in known) >= least


def _title(tree: Any, named: list[str | None], outlet: str | None) -> str | None:
    """The headline that readers see: the h1 that the page's description names, or its only h1. Without one, the
    description's."""
    shown = [" ".join(_SOFT.sub("", element.text_content()).split()) for element in tree.iter("h1")]
    shown = [headline for headline in shown if headline and headline != outlet]
    told = [" ".join(_SOFT.sub("", name).split()) for name in named if name]
    for headline in shown:
        if _key(headline) in {_key(name) for name in told}:
            return headline
    return shown[0] if len(shown) == 1 else next(iter(told), None)


def _with_opening(body: list[str], title: str | None, lead: str | None) -> list[str]:
    keys = {_key(paragraph) for paragraph in body}
    missing = [part for part in (title, lead) if part and _key(part) not in keys]
    if missing == [lead] and title and _key(body[0]) == _key(title):
        return [body[0], *missing, *body[1:]]
    return [*missing, *body]


class _Meta:
    """The ``meta`` elements of a page by name or property, the first of each."""

    def __init__(self, tree: Any) -> None:
        self._content: dict[str, str] = {}
        for element in tree.iter("meta"):
            key, content = element.get("property") or element.get("name"), (element.get("content") or "").strip()
            if key and content:
                self._content.setdefault(key.lower(), content)

    def get(self, key: str) -> str | None:
        return self._content.get(key)


def _address(tree: Any, meta: _Meta, about: jsonld.NewsArticle, address: str | None) -> str | None:
    canonical = str(tree.xpath("string(//link[@rel='canonical']/@href)")).strip()
    for candidate in (canonical, meta.get("og:url"), about.url):
        try:
            absolute = urljoin(address or "", candidate or "")
        except ValueError:
            continue
        if candidate and absolute.lower().startswith(("http://", "https://")):
            return absolute
    return address


def _published(*candidates: str | None) -> str | None:
    """The first time of publication that can be read, as EDTF: to the second where the page tells it."""
    for candidate in candidates:
        value = (candidate or "").strip()
        if re.fullmatch(r"\d{4}-\d\d(?:-\d\d)?", value) and is_date(value):
            return value
        try:
            return datetime.fromisoformat(value).isoformat(timespec="seconds")
        except ValueError:
            continue
    return None


def _language(*said: str | None) -> Language | None:
    """The one language that all that the page says of itself leaves open, None when that is none or several, and for
    English unless it is said twice: templates say ``lang="en"`` of any language."""
    meant = [_WORDS["languages"].get(re.split("[-_]", each.lower())[0], []) for each in said if each]
    left = set(meant[0]).intersection(*meant[1:]) if meant else set()
    if len(left) != 1 or (left == {"eng"} and len(meant) < 2):
        return None
    language: Language = left.pop()
    return language
