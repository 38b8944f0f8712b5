"""Feeds followed on real servers: what is new, what is unchanged, what is forbidden, what breaks."""

import gzip
import re
import time
import tracemalloc
from collections.abc import Iterator
from email.utils import formatdate
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from kildespor.articles import Failure
from kildespor.articles.follow import Feed, follow
from kildespor.articles.robots import Robots
from kildespor.errors import FetchError
from kildespor.model import Article
from tests.articles.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


Found = tuple[list[str], list[str], dict[str, Feed]]


def run(feeds: list[Feed], **options: Any) -> Found:
    """The titles of one run, the failures' messages and the feeds as they stand after it."""
    titles, failures, states = [], [], {feed.url: feed for feed in feeds}
    for each in follow(feeds, once=True, allow_private=True, **{"interval": 0.0, **options}):
        match each:
            case Article():
                titles.append(each.title or "")
            case Failure():
                failures.append(str(each.error))
            case Feed():
                states[each.url] = each
    return titles, failures, states


def test_what_is_new_comes_once_oldest_first(site: Site) -> None:
    feed = Feed(url=f"{site.url}/feed")
    site.items = ["1", "2"]
    titles, failures, states = run([feed])
    assert (titles, failures) == (["Sak /1", "Sak /2"], [])
    assert site.paths() == ["/robots.txt", "/feed", "/1", "/2"]
    assert all(headers["User-Agent"].startswith("Kildespor") for _, _, headers in site.asked)

    site.asked.clear()
    titles, failures, states = run(list(states.values()))
    assert (titles, failures, site.paths()) == ([], [], ["/robots.txt", "/feed"])
    assert site.asked[-1][2]["If-None-Match"] == '"1-2"'

    site.items = ["2", "3"]
    titles, failures, states = run(list(states.values()))
    assert (titles, failures) == (["Sak /3"], [])


def test_articles_say_where_and_when(site: Site) -> None:
    site.items = ["1"]
    article = next(iter(follow([Feed(url=f"{site.url}/feed")], once=True, allow_private=True, interval=0.0)))
    assert isinstance(article, Article)
    assert (article.url, article.published) == (f"{site.url}/1", "2024-01-02T03:04:05+00:00")


def test_a_run_that_is_broken_off_goes_on_where_it_was(site: Site) -> None:
    site.items = ["1", "2", "3"]
    kept, titles = Feed(url=f"{site.url}/feed"), []
    while len(titles) < 3:
        for each in follow([kept], once=True, allow_private=True, interval=0.0):
            if isinstance(each, Article):
                titles.append(each.title)
            if isinstance(each, Feed) and each != kept:
                kept = msgspec.json.decode(msgspec.json.encode(each), type=Feed)
                if len(each.seen) == len(titles) > 0:
                    break
    assert titles == ["Sak /1", "Sak /2", "Sak /3"]


def test_a_failure_that_may_pass_is_tried_again_and_another_is_not(site: Site) -> None:
    site.items = ["1", "2", "3"]
    site.answers = {"/1": (502, {}), "/2": (404, {})}
    titles, failures, states = run([Feed(url=f"{site.url}/feed")])
    assert titles == ["Sak /3"]
    assert len(failures) == 2
    site.answers = {}
    titles, failures, states = run(list(states.values()))
    assert (titles, failures) == (["Sak /1"], [])
    assert run(list(states.values()))[0] == []


@pytest.mark.parametrize("after", ["3600", formatdate(time.time() + 3600, usegmt=True)])
def test_a_server_that_asks_for_a_pause_gets_it(site: Site, after: str) -> None:
    site.items = ["1", "2"]
    site.answers = {"/1": (429, {"Retry-After": after})}
    titles, failures, states = run([Feed(url=f"{site.url}/feed")])
    assert titles == []
    assert "asks for a pause" in failures[0]
    (feed,) = states.values()
    assert feed.due > time.time() + 3000
    assert "/2" not in site.paths()
    site.answers, before = {}, len(site.asked)
    titles, failures, _ = run([feed])
    assert (titles, len(site.asked)) == ([], before)
    assert "is not due before" in failures[0]
    assert run([msgspec.structs.replace(feed, due=0.0)])[0] == ["Sak /1", "Sak /2"]


def test_a_feed_that_fails_is_visited_less_and_less(site: Site) -> None:
    site.answers = {"/feed": (500, {})}
    feed, pauses = Feed(url=f"{site.url}/feed"), []
    for _ in range(9):
        feed = run([msgspec.structs.replace(feed, due=0.0)], every=900.0)[2][feed.url]
        pauses.append(round(feed.due - time.time(), -2))
    assert pauses[:3] == [1800, 3600, 7200]
    assert max(pauses) == 86400
    site.answers = {}
    assert run([msgspec.structs.replace(feed, due=0.0)])[2][feed.url].failures == 0


def test_robots_txt_is_obeyed(site: Site) -> None:
    site.items = ["1", "bak/2", "3"]
    site.robots = (200, "User-agent: *\nDisallow: /\n\nUser-agent: kildespor\nDisallow: /bak/\n")
    titles, failures, _ = run([Feed(url=f"{site.url}/feed")])
    assert titles == ["Sak /1", "Sak /3"]
    assert failures == [f"{site.url}/bak/2 is closed to programs (robots.txt). Read it in a browser."]
    assert "/bak/2" not in site.paths()
    assert site.paths().count("/robots.txt") == 1


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [((404, ""), True), ((403, ""), True), ((503, ""), False), ((429, ""), False), ((200, "\0\xff Disallow"), True)],
)
def test_a_robots_txt_that_is_not_there_allows_and_one_that_fails_forbids(
    site: Site, robots: tuple[int, str], allowed: bool
) -> None:
    site.robots, site.items = robots, ["1"]
    titles, failures, _ = run([Feed(url=f"{site.url}/feed")])
    assert (titles == ["Sak /1"], failures == []) == (allowed, allowed)
    assert ("/feed" in site.paths()) == allowed


def test_a_redirect_is_asked_about_in_robots_txt_too(site: Site) -> None:
    site.items, site.robots = ["1", "2"], (200, "User-agent: *\nDisallow: /bak/\n")
    site.answers = {"/1": (302, {"Location": "/bak/1"}), "/2": (301, {"Location": "/fram/2"})}
    titles, failures, _ = run([Feed(url=f"{site.url}/feed")])
    assert titles == ["Sak /fram/2"]
    assert re.search(r"/bak/1 is closed to programs", failures[0])
    assert "/bak/1" not in site.paths()


def test_one_host_is_asked_no_oftener_than_the_interval_or_its_crawl_delay(site: Site) -> None:
    site.items = ["1", "2"]
    run([Feed(url=f"{site.url}/feed")], interval=0.2)
    pages = [moment for moment, path, _ in site.asked if path != "/robots.txt"]
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(pages))
    site.asked.clear()
    site.robots = (200, "User-agent: *\nCrawl-delay: 0.4\n")
    run([Feed(url=f"{site.url}/feed")], interval=0.0)
    pages = [moment for moment, path, _ in site.asked if path != "/robots.txt"]
    assert all(later - earlier >= 0.39 for earlier, later in pairwise(pages))


def test_a_crawl_delay_of_hours_is_a_refusal(site: Site) -> None:
    site.robots = (200, "User-agent: *\nCrawl-delay: 3600\n")
    _, failures, _ = run([Feed(url=f"{site.url}/feed")])
    assert "once in 3600 seconds" in failures[0]


def test_an_article_in_two_feeds_is_fetched_once(site: Site) -> None:
    site.items = ["1", "2"]
    titles, failures, states = run([Feed(url=f"{site.url}/feed1"), Feed(url=f"{site.url}/feed2")])
    assert (titles, failures) == (["Sak /1", "Sak /2"], [])
    assert all(len(feed.seen) == 2 for feed in states.values())


def test_private_addresses_are_refused_in_feeds_and_articles(site: Site) -> None:
    site.items = ["1"]
    feed = Feed(url=f"{site.url}/feed")
    (failure,) = follow([feed], once=True)
    assert isinstance(failure, Failure)
    assert "private or reserved address" in str(failure.error)
    assert site.asked == []
    # Once it is allowed nothing has to be waited for.
    assert run([feed])[0] == ["Sak /1"]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://", "http://[::1", "ftp://a.example/", "http://a:b@c.example/"]
)
def test_addresses_of_feeds_that_are_none(url: str) -> None:
    titles, failures, states = run([Feed(url=url)])
    assert (titles, len(failures), states[url].failures) == ([], 1, 1)


@pytest.mark.parametrize("path", ["/feed", "/1", "/robots.txt"])
def test_gzip_bombs_are_refused_in_constant_memory(site: Site, path: str) -> None:
    site.items = ["1"]
    site.answers[path] = (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"})
    site.bodies[path] = gzip.compress(bytes(100_000_000), 1)
    tracemalloc.start()
    try:
        titles, failures, _ = run([Feed(url=f"{site.url}/feed")])
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
    assert titles == []
    assert "larger than 10 MB" in failures[0]


def test_a_feed_with_entities_is_refused(site: Site) -> None:
    site.answers["/feed"] = (200, {"Content-Type": "application/xml"})
    site.bodies["/feed"] = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0">&x;</rss>'
    _, failures, _ = run([Feed(url=f"{site.url}/feed")])
    assert failures == [f"{site.url}/feed declares XML entities, which are not read. Give another feed."]


def test_a_page_instead_of_a_feed_is_named(site: Site) -> None:
    _, failures, _ = run([Feed(url=f"{site.url}/forside")])
    assert failures == [f"{site.url}/forside is no RSS or Atom feed. Give the address of the feed itself."]


def test_following_goes_on_until_it_is_stopped(site: Site) -> None:
    site.items = ["1"]
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        time.sleep(min(seconds, 0.05))
        if len(waits) == 2:
            site.items.append("2")

    found = []
    for each in follow([Feed(url=f"{site.url}/feed")], allow_private=True, interval=0.0, every=0.1, wait=wait):
        if isinstance(each, Article):
            found.append(each.title)
        if len(found) == 2:
            break
    assert found == ["Sak /1", "Sak /2"]
    assert waits


def test_robots_txt_is_asked_for_again_after_a_day(site: Site) -> None:
    clock = [0.0]
    robots = Robots(allow_private=True, clock=lambda: clock[0])
    site.robots = (200, "User-agent: *\nDisallow: /\n")
    for now, asked in ((0.0, 1), (86_000.0, 1), (86_401.0, 2)):
        clock[0] = now
        with pytest.raises(FetchError, match="closed to programs"):
            robots.check(f"{site.url}/1")
        assert len(site.asked) == asked
    site.robots = (200, "User-agent: *\nAllow: /\n")
    clock[0] = 200_000.0
    assert robots.check(f"{site.url}/1") == 0.0
