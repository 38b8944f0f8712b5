"""The one way in: whatever a user gives becomes an Article."""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kildespor.articles import credit, text
from kildespor.articles.text import headline
from kildespor.errors import ArticleError, UsageError
from kildespor.language.codes import KNOWN
from kildespor.model import Article, Language

# What fetches is loaded where something is fetched.
if TYPE_CHECKING:
    from kildespor.articles.fetch import Page

_ADDRESS = re.compile(r"https?://\S*\Z", re.IGNORECASE)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|script|main|article|section|header|div|h1|p)\b",
    re.IGNORECASE | re.DOTALL,
)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the user says of an article. It goes before what the article says of itself."""

    outlet: str | None
    published: str | None
    language: Language | None
    url: str | None


def article_from(
    source: Article | Path | str,
    *,
    outlet: str | None = None,
    published: str | None = None,
    language: str | None = None,
    url: str | None = None,
    allow_private: bool = False,
) -> Article:
    """The article in ``source``: a Path is a file (plain text or HTML), a str that begins with ``http://`` or
    ``https://`` and holds no white space an address, any other str the text itself. An Article passes through, with
    the options filled in.

    ``published`` is EDTF (``2023-03``), ``language`` one of nob, nno, dan, swe, eng (nb, no, nn, da, sv, en mean the
    same). Options win over what the article says. ``allow_private`` lets an address be a private or local one.

    Raises UsageError (an option, a missing file, a folder), ArticleError (nothing that can be read as an article) or
    FetchError (an address that gives no page).
    """
    told = _told(outlet, published, language, url)
    if isinstance(source, Article):
        return _filled_in(source, told)
    if isinstance(source, Path):
        return _from_bytes(bytes_of(source), told, file=str(source), name=str(source))
    if _ADDRESS.match(source):
        return _from_address(source, told, allow_private)
    return _from_text(source, told, file=None, name="The text")


def article_from_bytes(
    data: bytes,
    *,
    file: str | None = None,
    outlet: str | None = None,
    published: str | None = None,
    language: str | None = None,
    url: str | None = None,
) -> Article:
    """The article in ``data``, HTML or plain text by its opening, as from standard input or an upload. ``file`` is
    the name to keep and to use in messages. Otherwise as :func:`article_from`."""
    name = "The input" if file is None else name_of(file)
    return _from_bytes(data, _told(outlet, published, language, url), file=file, name=name)


def name_of(file: str | None, url: str | None = None) -> str:
    """What messages call an article: its file, else its address; the file ``-`` is standard input."""
    return "Standard input" if file == "-" else file or url or "The text"


def article_from_page(page: "Page", *, file: str | None = None, published: str | None = None) -> Article:
    """The article of a page that has been fetched. ``published`` (EDTF) stands in where the page does not say it;
    ``file`` is the file that the page was kept in. Raises ArticleError where there is none."""
    nothing_told = Told(outlet=None, published=None, language=None, url=None)
    article = _of_page(page, nothing_told, file=file, name=page.url if file is None else f"{file} ({page.url})")
    if published is None or article.published is not None:
        return article
    identity = _identity(article.text, article.outlet, article.url, published, page.url)
    return msgspec.structs.replace(article, id=identity, published=published)


def article_from_fields(
    text: str,
    *,
    file: str,
    title: str | None = None,
    outlet: str | None = None,
    published: str | None = None,
    language: str | None = None,
    url: str | None = None,
    byline: str | None = None,
) -> Article:
    """The article whose parts stand in fields of their own, as in a table. ``text`` is kept to the letter; credit
    lines are read from it and from the byline. ``file`` is the name to keep and to use in messages.

    Raises ArticleError: no text in it, a ``published`` that is no EDTF, a language that is not read here.
    """
    if not text.strip():
        raise ArticleError(f"{file} has no text. Give the text of an article.")
    try:
        told = _told(outlet, published, language, url)
    except UsageError as error:
        raise ArticleError(f"{file}: {error}") from None
    in_text, in_byline = credit.in_text(text), credit.in_byline(byline) if byline else credit.Credit()
    return _article(
        text,
        told,
        file=file,
        name=file,
        title=title or headline(text),
        byline=in_byline.byline or in_text.byline,
        credit=tuple(dict.fromkeys(in_byline.agencies + in_text.agencies)),
        published=None,
    )


def _told(outlet: str | None, published: str | None, language: str | None, url: str | None) -> Told:
    return Told(
        outlet=outlet or None,
        published=None if published is None else _checked_time(published),
        language=None if language is None else _checked_language(language),
        url=url or None,
    )


def _checked_time(published: str) -> str:
    from edtf import EDTFParseException, parse_edtf

    value = published.strip()
    try:
        # Its grammar takes no +00:00, which is how most programs write Z.
        parse_edtf(re.sub(r"(?<=\d)\+00:00\Z", "Z", value))
    except (EDTFParseException, AttributeError, TypeError, ValueError):
        # What it cannot make sense of ends in any of these.
        known = False
    else:
        # The grammar of edtf 5.0 takes 29 February of any year.
        known = text.is_date(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else True
    if not known:
        raise UsageError(
            f"published: “{published}” is no EDTF date. Write it like 2023-03-14, 2023-03 or 2023-03-14T10:21:00."
        )
    return value


def _checked_language(language: str) -> Language:
    try:
        return KNOWN[language.strip().lower()]
    except KeyError:
        raise UsageError(
            f"language: “{language}” is not read here. Give nob (nb, no), nno (nn), dan (da), swe (sv) or eng (en)."
        ) from None


def _filled_in(article: Article, told: Told) -> Article:
    given = {field: value for field, value in msgspec.structs.asdict(told).items() if value is not None}
    return msgspec.structs.replace(article, **given)


def bytes_of(path: Path) -> bytes:
    """What is in a file. Raises UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder. Name the files in it.") from None
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file. Check the path.") from None
    except PermissionError:
        raise UsageError(f"{path} may not be read. Change its permissions.") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}. Check the path.") from None


def _from_address(address: str, told: Told, allow_private: bool) -> Article:
    from kildespor.articles.fetch import fetch

    return _of_page(fetch(address, allow_private=allow_private), told, file=None, name=address)


def _of_page(page: "Page", told: Told, *, file: str | None, name: str) -> Article:
    if page.media_type == "text/plain" and not _HTML.match(page.body):
        told = msgspec.structs.replace(told, url=told.url or page.url)
        return _from_text(text.decode(page.body, name), told, file=file, name=name)
    return _from_page(page.body, told, file=file, name=name, address=page.url, charset=page.charset)


def _from_bytes(data: bytes, told: Told, *, file: str | None, name: str) -> Article:
    if _HTML.match(data.removeprefix(b"\xef\xbb\xbf")) or _is_utf16_html(data):
        return _from_page(data, told, file=file, name=name, address=told.url, charset=None)
    return _from_text(text.decode(data, name), told, file=file, name=name)


def _is_utf16_html(data: bytes) -> bool:
    if not data.startswith(text.UTF16_MARKS):
        return False
    return _HTML.match(data[:2000].decode("utf-16", "ignore").encode()) is not None


def _from_text(given: str, told: Told, *, file: str | None, name: str) -> Article:
    marked, kept = text.cut_date_mark(given.removeprefix("\ufeff"))
    if not kept.strip():
        raise ArticleError(f"{name} is empty. Give the text of an article.")
    found = credit.in_text(kept)
    return _article(
        kept,
        told,
        file=file,
        name=name,
        title=headline(kept),
        byline=found.byline,
        credit=found.agencies,
        published=marked,
    )


def _from_page(
    data: bytes, told: Told, *, file: str | None, name: str, address: str | None, charset: str | None
) -> Article:
    from kildespor.articles import html

    page = html.read_page(data, name=name, address=address, charset=charset)
    in_text = credit.in_text(page.text)
    in_byline = credit.in_byline(page.byline) if page.byline else credit.Credit()
    shown = credit.in_byline(page.shown_byline) if page.shown_byline else credit.Credit()
    return _article(
        page.text,
        told,
        file=file,
        name=name,
        title=page.title,
        outlet=page.outlet,
        url=page.url,
        byline=in_byline.byline or in_text.byline,
        published=page.published,
        language=page.language,
        credit=tuple(dict.fromkeys(in_byline.agencies + shown.agencies + in_text.agencies)),
    )


def _article(
    kept: str,
    told: Told,
    *,
    file: str | None,
    name: str,
    title: str | None,
    byline: str | None,
    credit: tuple[str, ...],
    published: str | None,
    outlet: str | None = None,
    url: str | None = None,
    language: Language | None = None,
) -> Article:
    outlet, url, published = told.outlet or outlet, told.url or url, told.published or published
    return Article(
        id=_identity(kept, outlet, url, published, name),
        text=kept,
        file=file,
        title=title,
        outlet=outlet,
        url=url,
        byline=byline,
        published=published,
        language=told.language or language,
        credit=credit,
    )


def _identity(kept: str, outlet: str | None, url: str | None, published: str | None, name: str) -> str:
    """The first 80 bits, in hexadecimal, of the SHA-256 of the JSON array ``[text, outlet, url, published]``: the
    same text that two outlets print is two articles, the same article read twice is one."""
    try:
        content = msgspec.json.encode((kept, outlet, url, published))
    except UnicodeEncodeError:
        raise ArticleError(f"{name} holds half characters (lone surrogates). Decode it again as UTF-8.") from None
    return hashlib.sha256(content).hexdigest()[:20]
