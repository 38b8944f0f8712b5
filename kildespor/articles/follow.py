"""Feeds followed: what is new in them becomes articles, politely.

One request at a time, and to one host no more than one in ``INTERVAL`` seconds or what its robots.txt asks for; feeds
are asked for conditionally (RFC 9110, 13) and no oftener than ``EVERY``; who asks for a pause gets it.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus

from msgspec import Struct, structs

from kildespor.articles.article import article_from_page
from kildespor.articles.failure import Failure
from kildespor.articles.feeds import Entry, entries
from kildespor.articles.fetch import MOST_REDIRECTS, PAGES, Answer, NoAnswer, Page, PrivateAddress, ask, page_of, parsed
from kildespor.articles.robots import Robots
from kildespor.errors import ArticleError, FetchError, KildesporError
from kildespor.model import Article

INTERVAL = 5.0
"""Seconds between two requests to one host, unless its robots.txt asks for more (``Crawl-delay``)."""

EVERY = 900.0
"""Seconds between two visits to one feed. After a failure twice as many, four times … at most ``LONGEST``."""

LONGEST = 86400.0

SEEN = 2000
"""Entries that are remembered of a feed beside those that it still lists."""

_FEEDS = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
_PAUSE = frozenset((HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE))
_LONGEST_WAIT = 60.0


class Feed(Struct, frozen=True, kw_only=True):
    """A feed and how far it has been followed, to be kept between two runs.

    ``etag`` and ``last_modified`` are the server's words for what was read to the end; ``seen`` the digests of the
    entries that have been dealt with, latest last; ``due`` when it is to be visited next, in seconds since 1970;
    ``failures`` how often in a row it has failed.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    seen: tuple[str, ...] = ()
    due: float = 0.0
    failures: int = 0


def follow(
    feeds: Iterable[Feed],
    *,
    once: bool = False,
    allow_private: bool = False,
    interval: float = INTERVAL,
    every: float = EVERY,
    wait: Callable[[float], object] = time.sleep,
) -> Iterator[Article | Failure | Feed]:
    """Follow feeds: articles as they appear, oldest first; a Failure for each feed or article that cannot be read; and
    each Feed as it stands whenever that has changed. Whoever keeps a Feed only once all articles before it are kept
    loses none: a run that is broken off goes on where it was.

    Runs until it is stopped, or with ``once`` until each feed has been visited once; then a feed that has failed
    and is not due yet is a Failure. What failed for a reason that may pass (no answer, an error of the server) is tried
    again at the next visit, everything else is not. ``interval`` and ``every`` are in seconds; ``wait`` is called with
    the seconds to sleep, at most 60 at a time. Each fetch is limited and guarded as by
    :func:`kildespor.articles.fetch.fetch`.
    """
    web = _Web(allow_private, interval, wait)
    rounds = [_Round(feed, web, every) for feed in {feed.url: feed for feed in feeds}.values()]
    if once:
        for early in [each for each in rounds if each.feed.failures and each.due > time.time()]:
            rounds.remove(early)
            yield Failure(early.feed.url, _asked_to_wait(early.feed))
        for each in rounds:
            each.due = 0.0
    active = list(rounds)
    while active:
        chosen = min(active, key=lambda each: max(each.due, web.ready(each.address)))
        pause = max(chosen.due, web.ready(chosen.address)) - time.time()
        if pause > 0:
            wait(min(pause, _LONGEST_WAIT))
            continue
        yield from chosen.step(lambda digest: any(digest in each.feed.seen for each in rounds))
        if once and not chosen.left:
            active.remove(chosen)


def _asked_to_wait(feed: Feed) -> FetchError:
    moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(feed.due))
    return FetchError(f"{feed.url} failed at its last visit and is not due before {moment}. Try again then.")


class _Round:
    """The visits to one feed: asked for, then the entries that are new, one a step."""

    def __init__(self, feed: Feed, web: "_Web", every: float) -> None:
        self.feed = feed
        self.left: deque[Entry] = deque()
        # A clock that was set back must not put a feed off for ever.
        self.due = min(feed.due, time.time() + LONGEST)
        self._web = web
        self._every = every
        self._read: Feed = feed
        self._missed = False

    @property
    def address(self) -> str:
        """What is to be fetched next."""
        return self.left[0].url or self.feed.url if self.left else self.feed.url

    def step(self, known: Callable[[str], bool]) -> Iterator[Article | Failure | Feed]:
        before = self.feed
        yield from self._article(known) if self.left else self._visit()
        if self.feed != before:
            yield self.feed

    def _visit(self) -> Iterator[Failure]:
        feed = self.feed
        conditions = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
        try:
            answer = self._web.get(feed.url, _FEEDS, {key: value for key, value in conditions.items() if value})
            if answer.status == HTTPStatus.NOT_MODIFIED:
                self._close(feed)
                return
            page = _feed_page(answer, feed.url)
            found = list(entries(page.body, name=feed.url, address=page.url, charset=page.charset))
        except _Pause as pause:
            self._put_off(pause.seconds)
            yield Failure(feed.url, pause.error)
            return
        except PrivateAddress as error:
            # Nobody has been asked who might want a pause; the next run may be allowed to.
            self.due = time.time() + self._every
            yield Failure(feed.url, error)
            return
        except KildesporError as error:
            self._put_off(0.0)
            yield Failure(feed.url, error)
            return
        listed = {entry.digest for entry in found}
        seen = set(feed.seen)
        old = [digest for digest in feed.seen if digest not in listed][-SEEN:]
        self.feed = structs.replace(
            feed, seen=(*old, *(digest for digest in feed.seen if digest in listed)), failures=0
        )
        self.left = deque({entry.digest: entry for entry in reversed(found) if entry.digest not in seen}.values())
        self._read = structs.replace(feed, etag=answer.etag, last_modified=answer.last_modified)
        self._missed = False
        if not self.left:
            self._close(self._read)

    def _article(self, known: Callable[[str], bool]) -> Iterator[Article | Failure]:
        entry = self.left[0]
        done = True
        if not known(entry.digest):
            try:
                yield self._taken(entry)
            except _Pause as pause:
                yield Failure(entry.url or self.feed.url, pause.error)
                self.left.clear()
                self._put_off(pause.seconds)
                return
            except KildesporError as error:
                yield Failure(entry.url or self.feed.url, error)
                done = not isinstance(error, NoAnswer)
        self.left.popleft()
        self._missed = self._missed or not done
        if done:
            self.feed = structs.replace(self.feed, seen=(*self.feed.seen, entry.digest))
        if not self.left:
            # The server's word for what it sent is kept only when all of it has been read: else it would not send it
            # again.
            self._close(self.feed if self._missed else self._read)

    def _taken(self, entry: Entry) -> Article:
        if entry.url is None:
            raise ArticleError(f"{self.feed.url}: “{entry.title}” has no address. Look it up at the outlet.")
        answer = self._web.get(entry.url, PAGES, {})
        return article_from_page(page_of(answer, entry.url), published=entry.published)

    def _close(self, read: Feed) -> None:
        self.due = time.time() + self._every
        self.feed = structs.replace(
            self.feed, etag=read.etag, last_modified=read.last_modified, due=self.due, failures=0
        )

    def _put_off(self, seconds: float) -> None:
        failures = self.feed.failures + 1
        pause = max(self._every * 2 ** min(failures, 16), seconds)
        self.due = time.time() + min(pause, LONGEST)
        self.feed = structs.replace(self.feed, due=self.due, failures=failures)


class _Pause(Exception):
    """A server asks to be left alone for some seconds."""

    def __init__(self, error: FetchError, seconds: float) -> None:
        super().__init__(str(error))
        self.error = error
        self.seconds = seconds


class _Web:
    """The web, one polite request at a time."""

    def __init__(self, allow_private: bool, interval: float, wait: Callable[[float], object]) -> None:
        self._allow_private = allow_private
        self._interval = interval
        self._wait = wait
        self._robots = Robots(allow_private=allow_private)
        self._ready: dict[str, float] = {}

    def ready(self, address: str) -> float:
        """When the host of ``address`` may be asked again, in seconds since 1970."""
        return self._ready.get(_host(address), 0.0)

    def get(self, address: str, accept: str, conditions: dict[str, str]) -> Answer:
        """The answer at the end of the redirects, each of which has to be allowed and waits for its host's turn.

        Raises FetchError, NoAnswer for a reason that may pass, or _Pause.
        """
        asked, here = address, _host(address)
        for _ in range(MOST_REDIRECTS + 1):
            if _host(asked) != here:
                here = _host(asked)
                self._wait_for(asked)
            answer = self._asked(asked, accept, conditions)
            if answer.status in _PAUSE:
                error = FetchError(f"{address} asks for a pause ({answer.status}). Try again later.")
                raise _Pause(error, answer.retry_after or 0.0)
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise NoAnswer(f"{address} answers with an error ({answer.status}). Try again later.")
            if answer.onward is None:
                return answer
            asked = answer.onward
        raise FetchError(f"{address} redirects more than {MOST_REDIRECTS} times. Give the article's own address.")

    def _asked(self, address: str, accept: str, conditions: dict[str, str]) -> Answer:
        delay = self._interval
        try:
            delay = max(delay, self._robots.check(address))
            return ask(address, accept=accept, conditions=conditions, allow_private=self._allow_private)
        finally:
            now = time.time()
            self._ready = {host: moment for host, moment in self._ready.items() if moment > now}
            self._ready[_host(address)] = now + delay

    def _wait_for(self, address: str) -> None:
        while (pause := self.ready(address) - time.time()) > 0:
            self._wait(min(pause, _LONGEST_WAIT))


def _feed_page(answer: Answer, address: str) -> Page:
    if answer.page is None:
        raise FetchError(f"{address} gives no feed ({answer.status}). Check the address.")
    return answer.page


def _host(address: str) -> str:
    try:
        return str(parsed(address).host)
    except FetchError:
        return ""
