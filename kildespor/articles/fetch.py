"""An http(s) address to the bytes of its page, without reaching what a stranger's address must not reach.

An address may come from anybody who can open the page of a Kildespor server, so this guards against server-side
request forgery (OWASP): the host is looked up once, every address it has is judged, and the connection goes to the
very IP address that was judged, so that a second answer of the name server (DNS rebinding) changes nothing. urllib3
does the HTTP: it inflates a body piece by piece, so a gzip bomb is refused in constant memory.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import responses
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urldefrag, urljoin

import certifi
from msgspec import Struct
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import HTTPResponse
from urllib3.util import Url, parse_url

from kildespor.errors import FetchError

SECONDS = 20.0
LARGEST_BODY = 10_000_000
MOST_REDIRECTS = 5

AGENT = "Kildespor"
"""The name by which robots.txt files know this program (the product token of RFC 9309)."""

PAGES = "text/html, application/xhtml+xml, text/plain;q=0.9"
"""What to accept where an article is wanted."""

_HEADERS = {
    "User-Agent": f"{AGENT} (reads news articles and feeds at its user's request)",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
_MEDIA_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_PIECE = 65536
_NAT64 = IPv6Network("64:ff9b::/96")

T = TypeVar("T")


class NoAnswer(FetchError):
    """Nobody answered, or too slowly, or with an error of the server's own: another time may bring the page."""


class PrivateAddress(FetchError):
    """The address is of a private network or this machine, and has not been asked for."""


class Page(Struct, frozen=True):
    """What an address gave: the address after redirects, the inflated body, and the Content-Type in two parts."""

    url: str
    body: bytes
    media_type: str
    charset: str | None


class Answer(Struct, frozen=True, kw_only=True):
    """What a server answered to one request. ``page`` is there with status 200 only; ``onward`` is where a redirect
    leads; ``etag`` and ``last_modified`` as the server wrote them; ``retry_after`` in seconds."""

    status: int
    page: Page | None = None
    onward: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    retry_after: float | None = None


def fetch(address: str, *, allow_private: bool = False, seconds: float = SECONDS) -> Page:
    """The page at ``address``, HTML or plain text, at most 10 MB once inflated, within ``seconds`` for the whole of
    it, redirects (at most five, each judged anew) and the name server included.

    Private, loopback, link-local and reserved addresses are refused unless ``allow_private``. Proxy settings of the
    environment are not used. Raises FetchError with the address and the reason.
    """
    visit = _Visit(address, allow_private, seconds)
    return _in_time(visit, visit.follow)


def ask(
    address: str,
    *,
    accept: str = PAGES,
    conditions: Mapping[str, str] = MappingProxyType({}),
    allow_private: bool = False,
    seconds: float = SECONDS,
) -> Answer:
    """What the server at ``address`` answers to one request, whatever its status and media type; redirects are left
    to the caller. ``conditions`` are headers such as ``If-None-Match``. Refuses what :func:`fetch` refuses, and
    raises FetchError likewise when there is no answer or one that is too large or too slow.
    """
    visit = _Visit(address, allow_private, seconds)
    return _in_time(visit, lambda: visit.once({"Accept": accept, **conditions}))


def page_of(answer: Answer, address: str) -> Page:
    """The page of an answer. Raises FetchError, calling it ``address``, where it is none or not HTML or text."""
    _check(address, answer.status, answer.page.media_type if answer.page else "")
    assert answer.page is not None
    return answer.page


def _in_time(visit: "_Visit", do: Callable[[], T]) -> T:
    """What ``do`` returns or raises, within the visit's seconds."""
    result: Future[T] = Future()
    # A thread of its own, because neither the name server nor a server that sends a byte now and then can be given a
    # limit of total time from within.
    threading.Thread(target=visit.run, args=(do, result), daemon=True, name="kildespor-fetch").start()
    try:
        return result.result(visit.seconds)
    except TimeoutError:
        visit.hang_up()
        raise NoAnswer(
            f"{visit.address} took more than {visit.seconds:g} seconds. Try again, or save the page and give the file."
        ) from None


class _Visit:
    """One fetch under way, in its thread."""

    def __init__(self, address: str, allow_private: bool, seconds: float) -> None:
        self.address = address
        self.seconds = seconds
        self._allow_private = allow_private
        self._deadline = time.monotonic() + seconds
        self._connection: HTTPConnection | None = None
        self._socket: socket.socket | None = None

    def run(self, do: Callable[[], T], result: Future[T]) -> None:
        try:
            result.set_result(do())
        except FetchError as error:
            result.set_exception(error)
        except (HTTPError, OSError) as error:
            result.set_exception(
                NoAnswer(f"{self.address} does not answer ({_reason(error)}). Check it, or try again later.")
            )
        except Exception as error:  # handed to the caller's thread, which raises it
            result.set_exception(error)

    def hang_up(self) -> None:
        """Ends the connection from another thread, which wakes the one that waits for it."""
        for open_socket in (self._socket, self._connection.sock if self._connection else None):
            if open_socket is not None:
                with suppress(OSError):
                    open_socket.shutdown(socket.SHUT_RDWR)

    def _seconds_left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("too slow")
        return left

    def follow(self) -> Page:
        """The page at the end of the redirects."""
        address = self.address
        for _ in range(MOST_REDIRECTS + 1):
            response = self._ask(parsed(address), {"Accept": PAGES})
            try:
                onward = _onward(address, response)
                if not onward:
                    return self._taken(address, response)
                address = onward
            finally:
                response.close()
        raise FetchError(f"{self.address} redirects more than {MOST_REDIRECTS} times. Give the article's own address.")

    def once(self, headers: Mapping[str, str]) -> Answer:
        """The answer to one request."""
        response = self._ask(parsed(self.address), headers)
        try:
            return Answer(
                status=response.status,
                page=self._body(self.address, response) if response.status == HTTPStatus.OK else None,
                onward=_onward(self.address, response),
                etag=response.headers.get("ETag"),
                last_modified=response.headers.get("Last-Modified"),
                retry_after=_seconds_until(response.headers.get("Retry-After")),
            )
        finally:
            response.close()

    def _ask(self, url: Url, headers: Mapping[str, str]) -> HTTPResponse:
        failure: Exception = OSError("no IP address")
        for ip in self._judged(url):
            connection = _connection(url, ip, self._seconds_left())
            self._connection = connection
            try:
                connection.connect()
            except (HTTPError, OSError) as error:
                connection.close()
                failure = error
                continue
            self._socket = connection.sock
            host = url.netloc if url.port else url.host
            asked = {**_HEADERS, **headers, "Host": str(host)}
            connection.request("GET", url.request_uri, headers=asked, preload_content=False)
            return connection.getresponse()
        raise failure

    def _judged(self, url: Url) -> list[str]:
        host = str(url.host).strip("[]")
        port = url.port or (443 if url.scheme == "https" else 80)
        self._seconds_left()
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        ips = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._allow_private and not all(is_public(ip) for ip in ips):
            raise PrivateAddress(
                f"{self.address} leads to a private or reserved address ({host}). Only --allow-private (in Python "
                "allow_private=True) lets such be read."
            )
        return ips

    def _taken(self, address: str, response: HTTPResponse) -> Page:
        _check(self.address, response.status, content_type(response.headers.get("Content-Type", ""))[0])
        return self._body(address, response)

    def _body(self, address: str, response: HTTPResponse) -> Page:
        body = bytearray()
        while piece := response.read1(_PIECE):
            body += piece
            if len(body) > LARGEST_BODY:
                raise FetchError(
                    f"{self.address} is larger than {LARGEST_BODY // 1_000_000} MB. Save its text and give the file."
                )
            self._seconds_left()
        media_type, charset = content_type(response.headers.get("Content-Type", ""))
        return Page(address, bytes(body), media_type, charset)


def _check(address: str, status: int, media_type: str) -> None:
    if status != HTTPStatus.OK:
        raise FetchError(_refusal(address, status))
    if media_type not in _MEDIA_TYPES:
        raise FetchError(f"{address} is {media_type}, not a page. Give the address of an article.")


def _onward(address: str, response: HTTPResponse) -> str | None:
    onward = response.get_redirect_location()
    return urldefrag(urljoin(address, onward)).url if onward else None


def _seconds_until(retry_after: str | None) -> float | None:
    """``Retry-After`` in seconds: it is written as such or as a moment (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def parsed(address: str) -> Url:
    """The parts of an http(s) address. Raises FetchError where it is none, or has a user name in it."""
    try:
        url = parse_url(address)
    except LocationParseError:
        raise FetchError(f"{address} is no valid address. Copy it again from the browser.") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError(f"{address} is no http or https address. Copy it again from the browser.")
    if url.auth:
        raise FetchError(f"http(s)://…@{url.host}: an address with a user name is not read. Leave the name out.")
    return url


def _connection(url: Url, ip: str, seconds: float) -> HTTPConnection:
    if url.scheme == "http":
        return HTTPConnection(ip, url.port or 80, timeout=seconds)
    trust = ssl.create_default_context()
    trust.load_verify_locations(certifi.where())
    name = str(url.host).strip("[]")
    return HTTPSConnection(ip, url.port or 443, timeout=seconds, ssl_context=trust, server_hostname=name)


def is_public(ip: str) -> bool:
    """Whether an IP address belongs to the open internet, IPv4 addresses wrapped in IPv6 (mapped, 6to4, NAT64)
    judged by what they wrap. After the IANA special-purpose registries, as ``ipaddress`` holds them."""
    address = _unwrapped(ip_address(ip.partition("%")[0]))
    return address.is_global and not (address.is_multicast or address.is_reserved or _is_site_local(address))


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_site_local(address: IPv4Address | IPv6Address) -> bool:
    return isinstance(address, IPv6Address) and address.is_site_local


def content_type(header: str) -> tuple[str, str | None]:
    """The media type and the charset of a ``Content-Type`` header; HTML where it is empty."""
    media_type, _, parameters = header.partition(";")
    charset = None
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            charset = value.strip(" \"'") or None
    return media_type.strip().lower() or "text/html", charset


def _refusal(address: str, status: int) -> str:
    phrase = responses.get(status, "unknown")
    if status in (401, 402, 403, 429, 451):
        return f"{address} refuses to show the page ({status} {phrase}). Save it in a browser and give the file."
    if status in (404, 410):
        return f"{address} is not there ({status} {phrase}). Check the address."
    return f"{address} answers with an error ({status} {phrase}). Try again later."


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error
    if isinstance(cause, socket.gaierror):
        return "no such host"
    if isinstance(cause, ssl.SSLError):
        return "its certificate or encryption does not hold"
    return (cause.strerror if isinstance(cause, OSError) else None) or type(cause).__name__
