"""Addresses: real HTTP servers on loopback, well-behaved and hostile."""

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from kildespor.articles import article_from
from kildespor.articles.fetch import LARGEST_BODY, fetch, is_public
from kildespor.errors import ArticleError, FetchError

PAGE = (Path(__file__).parent / "pages" / "nettavis.html").read_bytes()
BOMB = gzip.compress(bytes(100_000_000), 1)


class Newsroom(BaseHTTPRequestHandler):
    """The paths are what the server does."""

    seen: list[dict[str, str]]

    def do_GET(self) -> None:
        type(self).seen.append(dict(self.headers.items()))
        path = self.path.split("?")[0].strip("/").replace("/", "_")
        kind, _, rest = path.partition("-")
        getattr(self, f"do_{kind}", self.do_missing)(rest)

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_article(self, _: str) -> None:
        self.answer(PAGE, Content_Type="text/html; charset=utf-8")

    def do_text(self, _: str) -> None:
        self.answer("Ferga står\n\nDet skriver Årdalsposten.".encode("cp1252"), Content_Type="text/plain")

    def do_zipped(self, _: str) -> None:
        self.answer(gzip.compress(PAGE), Content_Type="text/html", Content_Encoding="gzip")

    def do_bomb(self, _: str) -> None:
        self.answer(BOMB, Content_Type="text/html", Content_Encoding="gzip")

    def do_empty(self, _: str) -> None:
        self.answer(b"<html></html>", Content_Type="text/html")

    def do_large(self, _: str) -> None:
        self.answer(b"x" * (LARGEST_BODY + 1), Content_Type="text/html")

    def do_image(self, _: str) -> None:
        self.answer(b"\x89PNG", Content_Type="image/png")

    def do_hop(self, left: str) -> None:
        onward = "/article" if left == "1" else f"/hop-{int(left) - 1}"
        self.answer(b"", 302, Location=onward)

    def do_to(self, _: str) -> None:
        self.answer(b"", 301, Location=self.path.partition("?")[2])

    def do_status(self, status: str) -> None:
        self.answer(b"no", int(status), Content_Type="text/html")

    def do_missing(self, _: str) -> None:
        self.answer(b"", 404)

    def do_dripheaders(self, _: str) -> None:
        self.drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Slow: " + b"x" * 600)

    def do_dripbody(self, _: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        self.drip(b"<p>" + b"x" * 600)

    def drip(self, data: bytes) -> None:
        for byte in data:
            try:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)

    def do_cut(self, _: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999999\r\n\r\n<p>half")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Newsroom.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Newsroom) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_an_address_gives_its_article(server: str) -> None:
    article = article_from(f"{server}/article", allow_private=True)
    assert article.title == "Ordføreren i Kråkvågen går av"
    assert article.url == "https://fjordposten.example/nyheter/i/8Xk2/ordfoereren-gaar-av"
    assert article.file is None
    assert Newsroom.seen[0]["User-Agent"].startswith("Kildespor")


def test_plain_text_keeps_the_address_as_url(server: str) -> None:
    article = article_from(f"{server}/text", allow_private=True)
    assert (article.text, article.url) == ("Ferga står\n\nDet skriver Årdalsposten.", f"{server}/text")


def test_a_compressed_page_and_an_address_with_letters_above_ascii(server: str) -> None:
    assert fetch(f"{server}/zipped?sted=Kråkvågen", allow_private=True).body == PAGE


def test_five_redirects_are_followed_and_no_more(server: str) -> None:
    assert fetch(f"{server}/hop-5#top", allow_private=True).url == f"{server}/article"
    with pytest.raises(FetchError, match="hop-6 redirects more than 5 times"):
        fetch(f"{server}/hop-6", allow_private=True)


def test_loopback_is_refused_unless_allowed(server: str) -> None:
    with pytest.raises(FetchError, match=r"private or reserved address .*--allow-private"):
        article_from(f"{server}/article")
    assert Newsroom.seen == []


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.7", "169.254.169.254"]
)
def test_private_hosts_in_every_spelling_are_refused(host: str) -> None:
    with pytest.raises(FetchError, match=r"private or reserved address|does not answer"):
        fetch(f"http://{host}:9/")


PRIVATE = """127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255
240.0.0.1 192.0.2.1 198.18.0.1 ::1 :: fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1::
2001:db8::1"""


@pytest.mark.parametrize("ip", PRIVATE.split())
def test_addresses_off_the_open_internet(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "193.69.165.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet(ip: str) -> None:
    assert is_public(ip)


def names_lead_to(monkeypatch: pytest.MonkeyPatch, answers: dict[str, list[str]]) -> list[str]:
    """Stands in for the name server: each name gives its answers in turn. Returns the names as they are asked."""
    real, asked = socket.getaddrinfo, []

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host not in answers:
            return real(host, port, *args, **kwargs)
        asked.append(host)
        return real(answers[host].pop(0), port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_the_name_is_looked_up_once_and_the_connection_goes_there(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = names_lead_to(monkeypatch, {"avis.example": ["127.0.0.1", "127.0.0.2"]})
    port = server.rpartition(":")[2]
    assert fetch(f"http://avis.example:{port}/article", allow_private=True).body == PAGE
    assert asked == ["avis.example"]
    assert Newsroom.seen[0]["Host"] == f"avis.example:{port}"


def test_a_redirect_is_judged_anew(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kildespor.articles.fetch.is_public", lambda ip: ip == "127.0.0.1")
    with pytest.raises(FetchError, match=r"private or reserved address \(127.0.0.2\)"):
        fetch(f"{server}/to?http://127.0.0.2:{server.rpartition(':')[2]}/article")
    assert len(Newsroom.seen) == 1


@pytest.mark.parametrize("onward", ["file:///etc/passwd", "ftp://avis.example/", "javascript:alert(1)"])
def test_a_redirect_leads_to_http_only(server: str, onward: str) -> None:
    with pytest.raises(FetchError, match="no http or https address"):
        fetch(f"{server}/to?{onward}", allow_private=True)


def test_a_gzip_bomb_is_refused_in_constant_memory(server: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(FetchError, match="larger than 10 MB"):
            fetch(f"{server}/bomb", allow_private=True)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


def test_a_large_page_is_refused(server: str) -> None:
    with pytest.raises(FetchError, match="/large is larger than 10 MB"):
        fetch(f"{server}/large", allow_private=True)


@pytest.mark.parametrize("path", ["dripheaders", "dripbody"])
def test_a_server_that_drips_is_given_up_in_time(server: str, path: str) -> None:
    begun = time.monotonic()
    with pytest.raises(FetchError, match=f"{path} took more than 0.5 seconds"):
        fetch(f"{server}/{path}", allow_private=True, seconds=0.5)
    assert time.monotonic() - begun < 2
    deadline = time.monotonic() + 2
    while any(thread.name == "kildespor-fetch" for thread in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(thread.name == "kildespor-fetch" for thread in threading.enumerate())


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("missing", "is not there .404 Not Found."),
        ("status-403", "refuses to show the page .403 Forbidden..*Save it in a browser"),
        ("status-503", "answers with an error .503"),
        ("status-299", "answers with an error .299 unknown"),
        ("image", "is image/png, not a page"),
        ("cut", "does not answer"),
    ],
)
def test_addresses_that_give_no_page(server: str, path: str, says: str) -> None:
    with pytest.raises(FetchError, match=f"^{server}/{path} {says}") as refused:
        article_from(f"{server}/{path}", allow_private=True)
    assert "\n" not in str(refused.value)


def test_an_address_with_nobody_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match=r"does not answer \(Connection refused\)"):
            fetch(f"http://127.0.0.1:{unused.getsockname()[1]}/", allow_private=True)


@pytest.mark.parametrize(
    "address", ["http://", "http://[::1", "http://a:b@avis.example/", "https://avis.example:99999/"]
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(FetchError):
        article_from(address)


def test_a_page_without_an_article_is_named_by_its_address(server: str) -> None:
    with pytest.raises(ArticleError, match=f"^{server}/empty: there is no article"):
        article_from(f"{server}/empty", allow_private=True)


def test_the_certificate_is_checked_against_the_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("avis.example").configure_cert(context)
    names_lead_to(monkeypatch, {"avis.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]})
    Newsroom.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Newsroom) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        assert fetch(f"https://avis.example:{running.server_port}/article", allow_private=True).body == PAGE
        with pytest.raises(FetchError, match="certificate"):
            fetch(f"https://other.example:{running.server_port}/article", allow_private=True)
        running.shutdown()
