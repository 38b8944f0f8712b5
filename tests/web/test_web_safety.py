"""Safe to put on a network: who gets in, from where, how much, how often; and nothing of a user's becomes markup."""

import re
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from urllib.parse import quote

import msgspec
import pytest

from kildespor.errors import UsageError
from kildespor.web.accounts import Accounts
from kildespor.web.limits import Rate
from kildespor.web.sessions import Sessions
from tests.web.conftest import PASSWORD
from tests.web.serving import TEXT, Served, newspaper, serving

DRAWN = {"svg", "title", "style", "rect", "text", "path", "g", "a", "tspan", "circle"}
TOGETHER = 40
"""Strings put into one article."""


def command(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "kildespor.cli", *arguments, "--lang", "en"]
    return subprocess.run(line, input=given, capture_output=True, text=True, check=False, timeout=60)


class Elements(HTMLParser):
    """The elements of a page and their attributes, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_server_for_others_asks_for_accounts_first(tmp_path: Path) -> None:
    accounts = str(tmp_path / "accounts.json")
    refused = command("serve", "--host", "0.0.0.0", "--accounts", accounts)
    assert refused.returncode == 2 and "kildespor user NAME" in refused.stderr
    assert command("user", "kari", "--accounts", accounts, given="kort\n").returncode == 2
    assert command("user", "kari", "--accounts", accounts, given=f"{PASSWORD}\n").returncode == 0
    assert command("user", "--accounts", accounts).stdout == "kari\n"
    with serving(tmp_path, "--host", "0.0.0.0", "--accounts", accounts) as served:
        answer = served.get("/")
        assert (answer.status, answer.headers["location"]) == (303, "/sign-in?next=/")


def test_secrets_are_kept_as_argon2_hashes_that_only_the_owner_reads(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.set_password("kari", PASSWORD)
    key = accounts.add_key("cms")
    kept = accounts.path.read_text()
    assert PASSWORD not in kept and key not in kept and kept.count("$argon2id$") == 2
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    assert accounts.has_password("kari", PASSWORD)
    assert not accounts.has_password("kari", PASSWORD + "!") and not accounts.has_password("ola", PASSWORD)
    assert (accounts.remembered(key), accounts.owner(key), accounts.remembered(key)) == (None, "cms", "cms")
    assert accounts.owner("cms:") is None and accounts.owner(key + "x") is None and accounts.owner("") is None
    Accounts(accounts.path).remove("cms")
    assert accounts.remembered(key) is None and accounts.owner(key) is None
    with pytest.raises(UsageError, match="no such account"):
        accounts.remove("cms")
    with pytest.raises(UsageError, match="letters"):
        accounts.set_password("kari nordmann", PASSWORD)


def test_a_session_ends() -> None:
    sessions = Sessions(hours=0.00001)
    token = sessions.begin("kari")
    assert sessions.name(token) == "kari" and sessions.name(token + "x") is None
    time.sleep(0.05)
    assert sessions.name(token) is None


def test_a_client_has_so_many_a_minute() -> None:
    rate = Rate(3)
    assert [rate.wait("a") for _ in range(3)] == [0, 0, 0]
    assert 15 < rate.wait("a") <= 20 and rate.wait("b") == 0


def test_nothing_is_shown_without_signing_in(closed_server: tuple[Served, str]) -> None:
    served, _ = closed_server
    for path in ("/", "/reading/x", "/article/0123456789abcdef0123", "/nothing"):
        answer = served.get(path)
        assert (answer.status, answer.headers["location"]) == (303, f"/sign-in?next={path}")
    problem = served.ask("POST", "/api/read", json={"source": TEXT})
    assert problem.status == 401 and problem.headers["www-authenticate"].startswith("Bearer")
    assert problem.headers["content-type"] == "application/problem+json"
    assert served.get("/sign-in").status == 200


def test_signing_in_and_out(closed_server: tuple[Served, str]) -> None:
    served, _ = closed_server
    answer = served.ask("POST", "/sign-in", fields={"name": "kari", "password": PASSWORD, "next": "//evil.example/"})
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=lax"} <= set(answer.headers["set-cookie"].split("; "))
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert "Logg ut kari" in served.get("/", Cookie=cookie).text
    assert served.ask("POST", "/sign-out", headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}).status == 303
    assert served.get("/", Cookie=cookie).status == 303


def test_a_key_opens_the_api(closed_server: tuple[Served, str]) -> None:
    served, key = closed_server
    asked = {"json": {"source": TEXT}}
    assert served.ask("POST", "/api/read", **asked, headers={"Authorization": f"Bearer {key}"}).status == 200
    assert served.ask("POST", "/api/read", **asked, headers={"Authorization": f"Bearer {key}x"}).status == 401
    assert served.get("/api/openapi.json", Authorization=f"Bearer {key}").json()["security"] == [{"key": []}]


def test_another_site_cannot_make_a_browser_ask(
    closed_server: tuple[Served, str], kari: str, open_server: Served
) -> None:
    served, _ = closed_server
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ):
        answer = served.ask("POST", "/read", fields={"text": TEXT}, headers={"Cookie": kari, **headers})
        assert answer.status == 403, headers
    fine = {"Cookie": kari, "Origin": served.address}
    assert served.ask("POST", "/read", fields={"text": TEXT}, headers=fine).status == 303
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert open_server.ask("POST", "/api/add", json={"source": TEXT}, headers=headers).status == 403


def test_without_sign_in_only_this_machine_is_answered(open_server: Served) -> None:
    assert open_server.get("/", Host="evil.example").status == 421
    assert open_server.get("/", Host="127.0.0.1.evil.example:80").status == 421
    assert open_server.get("/", **{"X-Forwarded-For": "203.0.113.5"}).status == 403
    assert open_server.get("/", Host="localhost:8080").status == 200


def test_guessing_is_slowed_down(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.set_password("kari", PASSWORD)
    with serving(tmp_path, "--sign-in", "--accounts", str(accounts.path)) as served:
        tries = [served.ask("POST", "/sign-in", fields={"name": "kari", "password": f"feil {n}"}) for n in range(20)]
        statuses = [answer.status for answer in tries]
        assert set(statuses[:10]) == {403} and 429 in statuses
        right = served.ask("POST", "/sign-in", fields={"name": "kari", "password": PASSWORD})
        assert statuses[-1] == 403 or right.status == 429, "not even the right one while it is too fast"
        assert int(tries[statuses.index(429)].headers["retry-after"]) > 0
        assert "feil" not in tries[0].text


def test_readings_are_limited(tmp_path: Path) -> None:
    with serving(tmp_path, "--rate", "2") as served:
        answers = [served.ask("POST", "/api/read", json={"source": TEXT}) for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert served.ask("POST", "/read", fields={"text": TEXT}).status == 429
        assert served.get("/").status == 200


def test_what_is_too_large_is_refused(open_server: Served) -> None:
    assert open_server.ask("POST", "/api/read", json={"source": "a" * 10_000_001}).status == 413
    assert open_server.ask("POST", "/read", fields={"file": ("a.txt", b"a" * 10_000_001)}).status == 413


def test_a_body_that_never_comes_does_not_hold_the_server(open_server: Served) -> None:
    host, _, port = open_server.address.removeprefix("http://").partition(":")
    waiting = [socket.create_connection((host, int(port))) for _ in range(30)]
    try:
        for one in waiting:
            one.sendall(b"POST /api/read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{")
        started = time.monotonic()
        assert open_server.ask("POST", "/api/read", json={"source": TEXT}).status == 200
        assert time.monotonic() - started < 10
    finally:
        for one in waiting:
            one.close()


def test_a_private_address_is_refused_unless_allowed(tmp_path: Path) -> None:
    with newspaper({"/": f"<article><p>{TEXT}</p></article>"}) as address, serving(tmp_path) as served:
        answer = served.ask("POST", "/read", fields={"text": address})
        assert answer.status == 422 and "privat eller reservert nett" in answer.text
        assert served.ask("POST", "/api/read", json={"source": "http://169.254.169.254/"}).status == 422


def test_long_articles_do_not_keep_short_ones_waiting(open_server: Served) -> None:
    with ThreadPoolExecutor() as pool:
        long = [pool.submit(open_server.ask, "POST", "/api/read", json={"source": TEXT * 75}) for _ in range(3)]
        time.sleep(0.3)
        started = time.monotonic()
        assert open_server.ask("POST", "/api/read", json={"source": TEXT}).status == 200
        took = time.monotonic() - started
        assert not all(one.done() for one in long), "the long ones were still being read"
        assert took < 5


def test_comparing_long_texts_does_not_keep_other_pages_waiting(open_server: Served) -> None:
    keys = []
    for number in (1, 2):
        drawn = Random(number)
        words = " ".join(drawn.choice(("ja", "nei")) for _ in range(6000))
        keys.append(open_server.ask("POST", "/api/add", json={"source": words}).json()["article"])
    with ThreadPoolExecutor(12) as pool:
        compared = [pool.submit(open_server.get, "/compare/{}/{}".format(*keys)) for _ in range(12)]
        time.sleep(0.5)
        started = time.monotonic()
        assert open_server.get("/search?words=kystvakta").status == 200
        took = time.monotonic() - started
        waiting = [one for one in compared if not one.done()]
        assert waiting, "texts were still being compared"
        assert took < 5
        assert {one.result().status for one in compared} == {200}


def test_every_answer_has_the_headers_that_browsers_heed(open_server: Served) -> None:
    for path in ("/", "/nothing", "/api/openapi.json", "/api/nothing", "/static/base.css"):
        headers = open_server.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_an_error_of_ours_tells_nothing_of_itself(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        for path in tmp_path.glob("archive.db*"):
            path.write_bytes(b"spoilt" * 1000)
        for path in ("/api/search", "/article/0123456789abcdef0123"):
            answer = served.get(path)
            assert answer.status >= 500
            assert not re.search(r"Traceback|File \"|sqlalchemy|\.py", answer.text)


@pytest.fixture(scope="module")
def naughty(npm_package: Callable[[str], Path]) -> list[str]:
    """The Big List of Naughty Strings (MIT), of which half is the script injection of OWASP and others."""
    strings = msgspec.json.decode(
        (npm_package("big-list-of-naughty-strings") / "blns.json").read_bytes(), type=list[str]
    )
    assert sum("script" in string.lower() for string in strings) > 200
    return [string for string in strings if string.strip()]


def test_no_users_markup_is_markup_in_the_text(open_server: Served, naughty: list[str]) -> None:
    for start in range(0, len(naughty), TOGETHER):
        some = naughty[start : start + TOGETHER]
        lines = "".join(f"– {one}, sier {one} til NRK. Ifølge {one} skal det ha skjedd.\n\n" for one in some)
        answer = open_server.ask("POST", "/read", fields={"text": f"{some[0]}\n\n{lines}", "language": "nob"})
        if answer.status == 422:
            # Some of the strings are control characters.
            assert "binærdata" in answer.text, re.findall(r'id="trouble">([^<]*)', answer.text)
            continue
        where = answer.headers["location"]
        _assert_ours(open_server.get(where).text)
        drawn = Elements(open_server.get(f"{where}/as/svg").text)
        assert {tag for tag, _ in drawn.found} <= {
            "svg",
            "title",
            "style",
            "rect",
            "text",
            "path",
            "g",
            "a",
            "tspan",
            "circle",
        }


def test_no_users_markup_is_markup_in_the_fields(open_server: Served, naughty: list[str]) -> None:
    for one in (string for string in naughty if "<" in string or "script" in string.lower()):
        refused = open_server.ask("POST", "/read", fields={"text": one, "outlet": one, "url": one, "published": one})
        assert refused.status == 422
        _assert_ours(refused.text)
    for start in range(0, len(naughty), TOGETHER):
        some = " ".join(naughty[start : start + TOGETHER])
        answer = open_server.ask("POST", "/read", fields={"text": TEXT, "outlet": some, "url": some})
        if answer.status == 303:
            _assert_ours(open_server.get(answer.headers["location"]).text)


def _assert_ours(page: str) -> None:
    ours = {"article.js", "front.js", "correct.js", "graph.js", "png.js"}
    for tag, attributes in Elements(page).found:
        assert tag not in ("iframe", "object", "embed", "base", "img", "audio", "video", "math", "style", "marquee")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "xlink:href"):
            target = attributes.get(name) or "#"
            assert re.match(r"(#|/|https?://)", target), (tag, target)
        if tag == "script":
            assert any(f"/static/{name}" in (attributes["src"] or "") for name in ours)


def test_no_users_markup_is_markup_on_the_pages_of_the_archive(open_server: Served, naughty: list[str]) -> None:
    for start in range(0, len(naughty), TOGETHER):
        some = [one for one in naughty[start : start + TOGETHER] if "\0" not in one and one.isprintable()]
        said = "".join(f"– {one}, sier {one} til NRK.\n\n" for one in some)
        given = {"source": f"{' '.join(some)}\n\n{said}", "outlet": " ".join(some)[:900], "language": "nob"}
        added = open_server.ask("POST", "/api/add", json=given)
        assert added.status == 200, added.text
        article = added.json()["article"]
        for path in (f"/article/{article}", f"/article/{article}/correct?of=a1", f"/compare/{article}/{article}"):
            answer = open_server.get(path)
            assert answer.status == 200 or "of=a1" in path
            _assert_ours(answer.text)
        for path in ("/outlet?name=", "/search?outlet=", "/source?name=", "/search?words=", "/stories?words="):
            _assert_ours(open_server.get(path + quote(given["outlet"])).text)


def test_an_address_in_the_text_field_that_holds_markup_is_told_escaped(open_server: Served) -> None:
    answer = open_server.ask("POST", "/read", fields={"text": "http://x/<script>alert(1)</script>"})
    assert answer.status == 422 and "<script>alert" not in answer.text


def test_the_archive_page_escapes_what_was_stored(open_server: Served) -> None:
    script = "<script>alert(1)</script>"
    given = {"source": f"{script}\n\n{TEXT}", "outlet": script, "url": "javascript:alert(1)"}
    article = open_server.ask("POST", "/api/add", json=given).json()["article"]
    page = open_server.get(f"/article/{article}").text
    _assert_ours(page)
    assert "javascript:alert(1)" not in page
    for path in ("/search?outlet=", "/outlet?name=", "/source?name=", "/search?since="):
        _assert_ours(open_server.get(path + quote(script)).text)
