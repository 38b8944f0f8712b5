"""Feeds followed into an archive, from real servers: what is new, what has changed, what fails, what is stopped."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kildespor.archive import Added, Archive
from kildespor.articles import Failure
from kildespor.articles.follow import Feed
from kildespor.errors import KildesporError, UsageError
from tests.archive.postgresql import Server
from tests.archive.test_archive_cli import in_a_terminal, kildespor, needs_model
from tests.archive.wholeness import hold_together
from tests.articles.site import Site

KILLS = int(os.environ.get("KILDESPOR_KILLS", "3"))
"""How many times the process that follows is killed; set it higher for a longer trial."""

pytestmark = needs_model


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


def run(archive: Archive, *feeds: Path | str) -> tuple[list[str], list[str]]:
    """The outcomes and the failures of one visit to each feed."""
    results = list(archive.follow(feeds, once=True, allow_private=True, interval=0.0))
    outcomes = [result.outcome for result in results if isinstance(result, Added)]
    return outcomes, [str(result.error) for result in results if isinstance(result, Failure)]


def opml(folder: Path, *urls: str) -> Path:
    outlines = "".join(f'<outline text="Avisen" xmlUrl="{url}"/>' for url in urls)
    path = folder / "feeds.opml"
    path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
    return path


def test_what_is_new_is_added_once(address: str, site: Site) -> None:
    site.items = ["1", "2"]
    with Archive.open(address) as archive:
        assert run(archive, f"{site.url}/feed") == (["new", "new"], [])
        assert [report.article.url for report in archive.reports()] == [f"{site.url}/1", f"{site.url}/2"]
    site.items, site.asked = ["2", "3"], []
    with Archive.open(address) as archive:
        assert run(archive, f"{site.url}/feed") == (["new"], [])
        assert site.paths() == ["/robots.txt", "/feed", "/3"]
        assert run(archive, f"{site.url}/feed") == ([], [])
        assert site.asked[-1][2]["If-None-Match"] == '"2-3"'


def test_a_changed_article_becomes_a_new_version(address: str, site: Site) -> None:
    site.items = ["1", "2"]
    with Archive.open(address) as archive:
        run(archive, f"{site.url}/feed")
        site.changed = {"1": " Rettelse: Ferga går."}
        assert run(archive, f"{site.url}/feed") == (["changed"], [])
        (page,) = archive.search(words="Rettelse", within="article", limit=1).findings
        old, new = archive.versions(page.article)
        assert "Rettelse" not in old.report.article.text
        assert "Rettelse" in new.report.article.text
        assert archive.count() == 2


def test_a_feed_that_fails_does_not_keep_the_others(address: str, site: Site, tmp_path: Path) -> None:
    site.items, site.robots = ["1", "bak/2"], (200, "User-agent: *\nDisallow: /bak/\n")
    site.answers = {"/broken": (500, {})}
    feeds = opml(tmp_path, f"{site.url}/broken", f"{site.url}/feed", "gopher://avisen.example/")
    with Archive.open(address) as archive:
        outcomes, failures = run(archive, feeds)
        assert outcomes == ["new"]
        assert sorted(failure.partition(" ")[0] for failure in failures) == [
            "gopher://avisen.example/",
            f"{site.url}/bak/2",
            f"{site.url}/broken",
        ]
        assert "not due before" in run(archive, f"{site.url}/broken")[1][0]


def test_an_article_is_on_disk_before_its_feed_has_seen_it(address: str, site: Site) -> None:
    site.items = ["1", "2"]
    with Archive.open(address) as archive:
        following = archive.follow([f"{site.url}/feed"], once=True, allow_private=True, interval=0.0)
        added = next(following)
        assert isinstance(added, Added)
        # Here the run is broken off: the article is there, and the feed has not been kept.
        with Archive.open(address) as other:
            assert other.report(added.article)
            assert run(other, f"{site.url}/feed") == (["known", "new"], [])


def test_what_follow_yields_of_a_feed_has_been_kept(address: str, site: Site) -> None:
    site.items = ["1"]
    with Archive.open(address) as archive:
        for result in archive.follow([f"{site.url}/feed"], once=True, allow_private=True, interval=0.0):
            if isinstance(result, Feed) and result.etag:
                break
        assert run(archive, f"{site.url}/feed") == ([], [])
        assert site.paths().count("/1") == 1


def test_an_article_that_cannot_be_read_is_told_once(address: str, site: Site) -> None:
    site.items = ["1", "2"]
    site.answers, site.bodies = {"/1": (200, {"Content-Type": "text/html"})}, {"/1": b"<html><p>Logg inn</p></html>"}
    with Archive.open(address) as archive:
        outcomes, failures = run(archive, f"{site.url}/feed")
        assert (outcomes, len(failures)) == (["new"], 1)
        assert run(archive, f"{site.url}/feed") == ([], [])


def test_a_database_that_restarts_is_waited_for(server: Server, site: Site) -> None:
    site.items = ["1", "2", "3"]
    with Archive.open(server.schema()) as archive:
        results = archive.follow([f"{site.url}/feed"], once=True, allow_private=True, interval=0.0)
        outcomes = []
        for result in results:
            server.restart()
            outcomes += [result.outcome] if isinstance(result, Added) else []
        assert outcomes == ["new"] * 3
        assert run(archive, f"{site.url}/feed") == ([], [])


@pytest.mark.parametrize(
    ("feed", "told"),
    [
        (Path("none.opml"), "no such file"),
        ("avisen.example", "no http or https address"),
        ("https://avisen.example/\n", "no address of a feed"),
        ("https://avisen.example/" + "a" * 3000, "no address of a feed"),
    ],
)
def test_what_is_no_feed_is_refused_at_once(archive: Archive, feed: Path | str, told: str) -> None:
    with pytest.raises(KildesporError, match=told):
        archive.follow([feed])


def test_an_opml_list_without_feeds_is_refused(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lists no feeds"):
        archive.follow([opml(tmp_path)])


def test_once_from_the_command_line(site: Site, tmp_path: Path) -> None:
    site.items = ["1", "2"]
    feeds, path = opml(tmp_path, f"{site.url}/feed", f"{site.url}/none"), tmp_path / "archive.db"
    site.answers = {"/none": (404, {})}
    call = ("follow", feeds, "--once", "--allow-private", "--interval", 0, "--archive", path)
    done = kildespor(*call, "--format", "json")
    assert done.returncode == 1
    assert [one["outcome"] for one in json.loads(done.stdout)] == ["new", "new"]
    assert "2 new, 0 changed, 0 known, 1 could not be read" in done.stderr
    assert f"1 of 3 could not be read:\n  {site.url}/none" in done.stderr


def test_a_terminal_shows_how_many_feeds_have_been_visited(site: Site, tmp_path: Path) -> None:
    site.items, path = ["1", "2"], tmp_path / "archive.db"
    feeds = opml(tmp_path, f"{site.url}/feed", f"{site.url}/feed2")
    output, shown = in_a_terminal("follow", feeds, "--once", "--allow-private", "--interval", 0, "--archive", path)
    assert output.count(b"new") == 2
    assert "2 articles ·".encode() in shown
    assert b"100%" in shown


def follower(site: Site, archive: str, output: Path, *options: object) -> subprocess.Popen[str]:
    """The real command, which follows a feed and tells into a file."""
    command = ("follow", f"{site.url}/feed", "--allow-private", "--interval", 0, "--every", 0.2, "--archive", archive)
    with output.open("w") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "kildespor.cli", *map(str, (*command, *options))],
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "KILDESPOR_LANG": "en"},
        )


def wait_for(output: Path, words: str) -> None:
    deadline = time.monotonic() + 30
    while words not in output.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_following_goes_on_until_it_is_stopped(site: Site, tmp_path: Path, stop: signal.Signals) -> None:
    site.items, output = ["1"], tmp_path / "told.json"
    following = follower(site, str(tmp_path / "archive.db"), output, "--format", "json")
    wait_for(output, f"{site.url}/1")
    site.items += ["2"]
    wait_for(output, f"{site.url}/2")
    following.send_signal(stop)
    _, complaints = following.communicate(timeout=30)
    assert following.returncode == 0, complaints
    assert [one["outcome"] for one in json.loads(output.read_text())] == ["new", "new"]
    assert complaints == "kildespor: 2 new, 0 changed, 0 known, 0 could not be read\n"


def test_killed_at_any_moment_following_passes_over_nothing(address: str, site: Site, tmp_path: Path) -> None:
    """The site goes on publishing while the process that follows it is killed again and again."""
    Archive.open(address).close()
    seed = random.randrange(2**32)
    moments, acknowledged, output = random.Random(seed), set(), tmp_path / "told"
    for n in range(KILLS):
        site.items = [str(number) for number in range(4 * n + 4)]
        following = follower(site, address, output)
        if moments.random() < 0.8:
            wait_for(output, "\n")
        time.sleep(moments.random() * 0.6)
        following.send_signal(signal.SIGKILL)
        following.communicate(timeout=30)
        acknowledged |= {one.split()[0] for one in output.read_text().splitlines(keepends=True) if one.endswith("\n")}
        with Archive.open(address) as archive:
            assert acknowledged <= {version.article for version in hold_together(archive)}, f"seed {seed}"
    with Archive.open(address) as archive:
        outcomes, failures = run(archive, f"{site.url}/feed")
        assert failures == []
        assert set(outcomes) <= {"known", "new"}
        urls = [version.report.article.url for version in hold_together(archive)]
        assert sorted(urls) == sorted(f"{site.url}/{item}" for item in site.items), f"seed {seed}"
