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
from contextlib import suppress
from http import HTTPStatus
from http.client import responses
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
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

_HEADERS = {
    "User-Agent": "Kildespor (reads one news article at its user's request)",
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.9",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
_MEDIA_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_PIECE = 65536
_NAT64 = IPv6Network("64:ff9b::/96")


class Page(Struct, frozen=True):
    """What an address gave: the address after redirects, the inflated body, and the Content-Type in two parts."""

    url: str
    body: bytes
    media_type: str
    charset: str | None


def fetch(address: str, *, allow_private: bool = False, seconds: float = SECONDS) -> Page:
    """The page at ``address``, HTML or plain text, at most 10 MB once inflated, within ``seconds`` for the whole of
    it, redirects (at most five, each judged anew) and the name server included.

    Private, loopback, link-local and reserved addresses are refused unless ``allow_private``. Proxy settings of the
    environment are not used. Raises FetchError with the address and the reason.
    """
    visit = _Visit(address, allow_private, seconds)
    # A thread of its own, because neither the name server nor a server that sends a byte now and then can be given a
    # limit of total time from within.
    worker = threading.Thread(target=visit.run, daemon=True, name="kildespor-fetch")
    worker.start()
    worker.join(seconds)
    if visit.page is None and visit.error is None:
        visit.hang_up()
        raise FetchError(
            f"{address} took more than {seconds:g} seconds. Try again, or save the page and give the file."
        )
    if visit.error is not None:
        raise visit.error
    assert visit.page is not None
    return visit.page


class _Visit:
    """One fetch under way, in its thread: ``page`` or ``error`` is set when it ends."""

    def __init__(self, address: str, allow_private: bool, seconds: float) -> None:
        self.page: Page | None = None
        self.error: Exception | None = None
        self._address = address
        self._allow_private = allow_private
        self._deadline = time.monotonic() + seconds
        self._connection: HTTPConnection | None = None
        self._socket: socket.socket | None = None

    def run(self) -> None:
        try:
            self.page = self._follow()
        except FetchError as error:
            self.error = error
        except (HTTPError, OSError) as error:
            self.error = FetchError(
                f"{self._address} does not answer ({_reason(error)}). Check it, or try again later."
            )
        except Exception as error:  # handed to the caller's thread, which raises it
            self.error = error

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

    def _follow(self) -> Page:
        address = self._address
        for _ in range(MOST_REDIRECTS + 1):
            response = self._ask(_parsed(address))
            try:
                onward = response.get_redirect_location()
                if not onward:
                    return self._taken(address, response)
                address = urldefrag(urljoin(address, onward)).url
            finally:
                response.close()
        raise FetchError(f"{self._address} redirects more than {MOST_REDIRECTS} times. Give the article's own address.")

    def _ask(self, url: Url) -> HTTPResponse:
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
            connection.request("GET", url.request_uri, headers={**_HEADERS, "Host": str(host)}, preload_content=False)
            return connection.getresponse()
        raise failure

    def _judged(self, url: Url) -> list[str]:
        host = str(url.host).strip("[]")
        port = url.port or (443 if url.scheme == "https" else 80)
        self._seconds_left()
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        ips = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._allow_private and not all(is_public(ip) for ip in ips):
            raise FetchError(f"{self._address} leads to a private or reserved address ({host}), which is not read.")
        return ips

    def _taken(self, address: str, response: HTTPResponse) -> Page:
        if response.status != HTTPStatus.OK:
            raise FetchError(_refusal(self._address, response.status))
        media_type, charset = _content_type(response.headers.get("Content-Type", ""))
        if media_type not in _MEDIA_TYPES:
            raise FetchError(f"{self._address} is {media_type}, not a page. Give the address of an article.")
        body = bytearray()
        while piece := response.read1(_PIECE):
            body += piece
            if len(body) > LARGEST_BODY:
                raise FetchError(
                    f"{self._address} is larger than {LARGEST_BODY // 1_000_000} MB. Save its text and give the file."
                )
            self._seconds_left()
        return Page(address, bytes(body), media_type, charset)


def _parsed(address: str) -> Url:
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


def _content_type(header: str) -> tuple[str, str | None]:
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
