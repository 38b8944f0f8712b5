"""The Robots Exclusion Protocol (RFC 9309): what a site lets programs read, and how often. Protego reads the files."""

import time
from collections.abc import Callable
from http import HTTPStatus

from msgspec import Struct
from protego import Protego

from kildespor.articles.fetch import AGENT, MOST_REDIRECTS, Answer, NoAnswer, ask, parsed
from kildespor.errors import FetchError

LARGEST = 500 * 1024
"""Bytes of a robots.txt that are read, the least that RFC 9309 asks for."""

KEPT = 24 * 3600.0
"""Seconds for which a robots.txt is kept, the most that RFC 9309 allows."""

KEPT_UNREACHABLE = 900.0
"""Seconds after which a robots.txt that gave no answer is asked for again."""

LONGEST_DELAY = 300.0
"""Seconds: a longer Crawl-delay counts as the wish not to be read at all."""


class _Site(Struct, frozen=True):
    """What the robots.txt of a site says, None where there is none; ``unreachable`` is why it could not be read."""

    rules: Protego | None
    until: float
    unreachable: FetchError | None = None


class Robots:
    """The robots.txt files of the sites that are read, each asked for once a day."""

    def __init__(self, *, allow_private: bool, clock: Callable[[], float] = time.time) -> None:
        self._allow_private = allow_private
        self._clock = clock
        self._sites: dict[str, _Site] = {}

    def check(self, address: str) -> float:
        """The seconds that the site of ``address`` asks for between two requests (``Crawl-delay``, 0 if it does not).

        Raises FetchError where its robots.txt does not let this program read the address, or gives no answer.
        """
        site = self._site(address)
        if site.unreachable is not None:
            kind = type(site.unreachable)
            raise kind(f"{address} is not read, as the site's robots.txt cannot be: {site.unreachable}")
        if site.rules is None:
            return 0.0
        if not site.rules.can_fetch(address, AGENT):
            raise FetchError(f"{address} is closed to programs (robots.txt). Read it in a browser.")
        delay = site.rules.crawl_delay(AGENT) or 0.0
        if delay > LONGEST_DELAY:
            raise FetchError(f"{address} is to be read once in {delay:g} seconds (robots.txt). Read it in a browser.")
        return delay

    def _site(self, address: str) -> _Site:
        url = parsed(address)
        origin = f"{url.scheme}://{url.netloc}"
        now = self._clock()
        known = self._sites.get(origin)
        if known is None or known.until <= now:
            self._sites = {other: site for other, site in self._sites.items() if site.until > now}
            known = self._sites[origin] = self._asked(f"{origin}/robots.txt", now)
        return known

    def _asked(self, address: str, now: float) -> _Site:
        """By RFC 9309, 2.3.1: a file that is refused or missing (4xx) forbids nothing; one that cannot be reached
        (5xx, no answer) forbids everything."""
        try:
            answer = self._answer(address)
        except FetchError as error:
            return _Site(None, now + KEPT_UNREACHABLE, error)
        if answer.page is not None:
            text = answer.page.body[:LARGEST].decode("utf-8-sig", "replace")
            return _Site(Protego.parse(text), now + KEPT)
        if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR and answer.status != 429:
            return _Site(None, now + KEPT)
        return _Site(None, now + KEPT_UNREACHABLE, NoAnswer(f"{address} answers {answer.status}. Try again later."))

    def _answer(self, address: str) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = ask(address, accept="text/plain, */*;q=0.5", allow_private=self._allow_private)
            if answer.onward is None:
                return answer
            address = answer.onward
        raise NoAnswer(f"{address} redirects more than {MOST_REDIRECTS} times. Try again later.")
