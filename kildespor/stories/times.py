"""When articles were published, as far as it is known."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from kildespor.dates.published import published_on
from kildespor.model import Article

When = tuple[datetime, datetime]


def when(article: Article) -> When | None:
    """The first and last moment at which an article can have come out, in UTC; None where nothing is known."""
    given = article.published
    if not given:
        return None
    if "T" in given:
        try:
            moment = datetime.fromisoformat(given)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return None
        return moment, moment
    days = published_on(given)
    if days is None:
        return None
    start = datetime.combine(days.first, time(), UTC)
    return start, datetime.combine(days.last, time(), UTC) + timedelta(days=1)


def before(a: Article, b: Article) -> bool | None:
    """Whether one article came out before another; None where the times do not tell."""
    first, second = when(a), when(b)
    if first is None or second is None:
        return None
    if first[1] <= second[0] and first != second:
        return True
    if second[1] <= first[0] and first != second:
        return False
    return None


def order(article: Article) -> datetime:
    """Sorts articles by time, those without one last."""
    known = when(article)
    return known[0] if known else datetime.max.replace(tzinfo=UTC)


def unknown(articles: Sequence[Article]) -> tuple[str, ...]:
    """What cannot be known of the order and origin of articles, as keys of the messages: times or outlets that are
    missing, a time in the future."""
    now = datetime.now(UTC)
    found = []
    if any(when(a) is None for a in articles):
        found.append("no_time")
    if any(not a.outlet for a in articles):
        found.append("no_outlet")
    if any((w := when(a)) is not None and w[0] > now for a in articles):
        found.append("future")
    return tuple(found)
