"""What keeps the pages quick: connections that are kept, and pages that are set once."""

import time

import msgspec

from kildespor.web.finished import Finished
from tests.web.serving import Served


def test_an_answer_on_a_kept_connection_does_not_wait_for_the_network(open_server: Served) -> None:
    seconds = []
    for _ in range(20):
        started = time.perf_counter()
        assert open_server.get("/api/search?words=finnesikke").status == 200
        seconds.append(time.perf_counter() - started)
    # What waits for the client's system to acknowledge waits 40 ms; only the first answers of a connection do not.
    assert min(seconds[-10:]) < 0.035


def test_a_page_is_set_once() -> None:
    finished, made = Finished(), []
    for _ in range(3):
        page = finished.page(("article", "nb"), lambda: made.append(1) or "Ferja – ved kai")
        assert page == "Ferja – ved kai".encode()
    assert len(made) == 1
    assert finished.page(("article", "en"), lambda: "The ferry") == b"The ferry"


def test_pages_longest_not_asked_for_are_forgotten_and_one_too_large_is_not_kept() -> None:
    finished, made = Finished(room=10), []

    def ask(name: str, size: int = 4) -> None:
        finished.page(name, lambda: made.append(name) or name * size)

    for name in "abacab":
        ask(name)
    ask("d", 11)
    ask("d", 11)
    assert made == ["a", "b", "c", "b", "d", "d"]


def test_a_page_shows_a_correction_at_once(open_server: Served) -> None:
    text = "Skuta gikk ned\n\n– Vi berget alle, sier skipper Tor Nes.\n"
    added = open_server.ask("POST", "/api/add", json={"source": text, "outlet": "Utkikk"}).json()
    page = f"/article/{added['article']}"
    found = open_server.get(page).text
    assert found == open_server.get(page).text
    assert "Tor Nes" in found
    report = open_server.get(f"/api/report/{added['article']}")
    attribution = msgspec.json.decode(report.body)["attributions"][0]["id"]
    given = {"article": added["article"], "attribution": attribution, "verdict": "reject"}
    assert open_server.ask("POST", "/api/correct", json=given).status == 200
    assert open_server.get(page).text != found
