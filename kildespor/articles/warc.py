"""WARC files (ISO 28500): the pages that a crawler kept, one record at a time. FastWARC reads the records."""

import io
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, WarcReader, ZstdReader
from fastwarc.warc import ArchiveIterator, HeaderMap, WarcRecord, WarcRecordType
from msgspec import Struct

from kildespor.articles.article import article_from_page
from kildespor.articles.failure import Failure
from kildespor.articles.fetch import LARGEST_BODY, Page, content_type
from kildespor.articles.stretch import Stretch
from kildespor.errors import ArticleError, KildesporError, UsageError
from kildespor.model import Article

_HTML = ("text/html", "application/xhtml+xml")
_GZIP = b"\x1f\x8b\x08"
_PLAIN = b"WARC/1."
_PIECE = 1 << 16
_HEADER_END = b"\r\n\r\n"
_RECORD_END = b"\r\n\r\n"
_BLOCK = 1 << 16
_LONGEST_HEADER = 1 << 16

_DECODERS: dict[str, Callable[[io.BytesIO], WarcReader]] = {
    "gzip": GzipReader,
    "x-gzip": GzipReader,
    "deflate": lambda inner: GzipReader(inner, zlib=True),
    "br": BrotliReader,
    "zstd": ZstdReader,
}


def articles(path: Path, stretch: Stretch | None = None) -> Iterator[Article | Failure]:
    """The articles of a ``.warc`` or ``.warc.gz`` file: response records with status 200 that are HTML, in the order of
    the file, one in memory at a time. ``file`` of an article is the path and, after a colon, the byte offset of its
    record (of its gzip member); ``url`` the page's own or else the address that was crawled.

    A page with no article in it, one of more than 10 MB once inflated, one that the crawler cut, and a stretch of the
    file that holds no sound record are each a Failure named by offset; reading goes on after it. A file that cannot
    be opened is a Failure. Of a ``stretch``, a record belongs to it that begins in it, and damage that comes before the
    first record that begins after it.
    """
    try:
        yield from _Reading(path).articles(stretch or Stretch(0))
    except OSError as error:
        yield Failure(str(path), UsageError(f"{path} cannot be read: {error.strerror or error}. Check the file."))


class _Place(Struct, frozen=True):
    """Where a record begins and the length that it claims for its content."""

    offset: int
    length: int


class _Reading:
    """One file being read: from a sound record to the next unsound one, and on from the next sound one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            self._mark = _GZIP if file.read(len(_GZIP)) == _GZIP else _PLAIN
            self._size = file.seek(0, io.SEEK_END)
        self._last: _Place | None = None
        self._member = 0

    def articles(self, stretch: Stretch) -> Iterator[Article | Failure]:
        # What comes before the first sound record from there on is the end of another stretch.
        start = self._sound_from(stretch.start) if stretch.start else 0
        while start is not None and start in stretch:
            held: Article | Failure | None = None
            try:
                for record in self._records(start):
                    # A record is known to be sound only when another one, or the end, has been found where it ends.
                    if held is not None:
                        yield held
                    held = None
                    if self._last is not None and self._last.offset not in stretch:
                        return
                    held = self._taken(record)
            except OSError:
                broken = self._broken(start, ended=False)
            else:
                broken = self._broken(start, ended=True)
            if held is not None and (self._last is None or broken != self._last.offset):
                yield held
            if broken is None:
                return
            tried = broken == (start if self._last is None else self._last.offset)
            start = self._sound_from(broken + 1 if tried else broken)
            if start != broken:
                yield self._gap(broken, start)

    def _records(self, start: int) -> Iterator[WarcRecord]:
        self._last, self._member = None, start
        with self._path.open("rb") as file:
            file.seek(start)
            stream = GzipReader(file) if self._mark == _GZIP else None
            records = iter(ArchiveIterator(stream or file, parse_http=False))
            while True:
                try:
                    record = next(records, None)
                finally:
                    self._member = (stream.frame_start_position() or start) if stream else start
                if record is None:
                    return
                self._last = _Place(self._member if stream else record.stream_pos, record.content_length)
                yield record

    def _broken(self, start: int, ended: bool) -> int | None:
        """Where the record begins at which reading broke off; where it ``ended`` without an error, None unless the
        last record is not whole."""
        last = self._last
        if last is None:
            return start if start < self._size else None
        if self._mark == _GZIP:
            return None if ended and self._member <= last.offset else max(self._member, last.offset)
        with self._path.open("rb") as file:
            file.seek(last.offset)
            end = last.offset + file.read(_LONGEST_HEADER).find(_HEADER_END) + len(_HEADER_END) + last.length
            if ended and end <= self._size:
                return None
            file.seek(min(end, self._size))
            closed = file.read(len(_RECORD_END)) == _RECORD_END
        following = self._marked(last.offset + 1)
        # What does not end as a record has to, or holds another one, claims a wrong length.
        fits = closed and (following is None or following >= end)
        return end + len(_RECORD_END) if fits else last.offset

    def _sound_from(self, offset: int) -> int | None:
        """The first place from ``offset`` on at which a record can be read."""
        place = self._marked(offset)
        while place is not None:
            try:
                record = next(self._records(place), None)
            except OSError:
                record = None
            if record is not None and record.headers.get("Content-Length") is not None:
                return place
            place = self._marked(place + 1)
        return None

    def _marked(self, offset: int) -> int | None:
        """The first place from ``offset`` on where the bytes stand that open a record or a gzip member."""
        with self._path.open("rb") as file:
            file.seek(offset)
            block = file.read(_BLOCK)
            while len(block) >= len(self._mark):
                if (found := block.find(self._mark)) >= 0:
                    return offset + found
                kept = len(self._mark) - 1
                offset += len(block) - kept
                block = block[-kept:] + file.read(_BLOCK)
                if len(block) == kept:
                    return None
        return None

    def _gap(self, broken: int, sound: int | None) -> Failure:
        on = "and nothing sound comes after" if sound is None else f"reading went on at byte {sound}"
        error = ArticleError(f"{self._path}: no sound record at byte {broken}; {on}. Fetch the file again.")
        return Failure(f"{self._path}:{broken}", error)

    def _taken(self, record: WarcRecord) -> Article | Failure | None:
        """The article of a record; None for a record that is no page."""
        assert self._last is not None
        name = f"{self._path}:{self._last.offset}"
        try:
            page = _page(record, name)
            return article_from_page(page, file=name) if page else None
        except KildesporError as error:
            return Failure(name, error)


def _page(record: WarcRecord, name: str) -> Page | None:
    if record.headers.get("Content-Length") is None:
        raise ArticleError(f"{name} breaks off within its headers. Fetch the file again.")
    if record.record_type != WarcRecordType.response or not record.is_http:
        return None
    http = _http(record, name)
    media_type, charset = content_type(http.get("Content-Type") or "")
    if http.status_code != HTTPStatus.OK or media_type not in _HTML:
        return None
    if record.headers.get("WARC-Truncated"):
        raise ArticleError(f"{name} is a page that the crawler cut. Fetch it again.")
    body = _decoded(_payload(record, name), http, name)
    return Page((record.headers.get("WARC-Target-URI") or name).strip("<>"), body, media_type, charset)


def _http(record: WarcRecord, name: str) -> HeaderMap:
    try:
        record.parse_http()
    except OSError:
        parsed = False
    else:
        parsed = record.http_headers is not None and record.http_headers.status_code is not None
    if not parsed:
        raise ArticleError(f"{name} is no HTTP response. Fetch the page again.")
    return record.http_headers


def _payload(record: WarcRecord, name: str) -> bytes:
    if record.content_length > LARGEST_BODY:
        raise _too_large(name)
    payload = _read(record.reader, record.content_length)
    if len(payload) < record.content_length:
        raise ArticleError(f"{name} breaks off before its end. Fetch the file again.")
    return payload


def _decoded(payload: bytes, http: HeaderMap, name: str) -> bytes:
    """The body without its transfer and content encodings. Some crawlers undo them and leave the headers, so what does
    not begin as it should is taken as it stands."""
    if "chunked" in (http.get("Transfer-Encoding") or "").lower():
        payload = _undone(payload, ChunkedReader, name)
    for encoding in reversed((http.get("Content-Encoding") or "").lower().split(",")):
        if decoder := _DECODERS.get(encoding.strip()):
            payload = _undone(payload, decoder, name)
    return payload


def _undone(payload: bytes, decoder: Callable[[io.BytesIO], WarcReader], name: str) -> bytes:
    stream = decoder(io.BytesIO(payload))
    try:
        first = stream.read(1)
    except OSError:
        return payload
    try:
        rest = _read(stream, LARGEST_BODY + 1)
    except OSError:
        raise ArticleError(f"{name} is a page whose compression is broken. Fetch it again.") from None
    if len(rest) >= LARGEST_BODY:
        raise _too_large(name)
    return first + rest


def _read(stream: WarcReader, size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size and (piece := stream.read(min(_PIECE, size - len(pieces)))):
        pieces += piece
    return bytes(pieces)


def _too_large(name: str) -> ArticleError:
    return ArticleError(f"{name} is larger than {LARGEST_BODY // 1_000_000} MB. Save its text and give the file.")
