"""What an outlet says in its own voice: who the outlet is, and whom it credits."""

from msgspec import Struct

from kildespor.export.chain import one_line
from kildespor.messages import Words
from kildespor.model import Report
from kildespor.sources.register import Register
from kildespor.sources.telling import owner_told


class Voice(Struct, frozen=True):
    """The outlet's own voice in an article: the outlet, how many sentences it answers for, and what is known of it."""

    outlet: str
    n: int
    known: tuple[str, ...]


def voice_of(report: Report, register: Register, words: Words) -> Voice | None:
    """Put together what is shown of an article's own voice; None where it has none."""
    if not report.statements:
        return None
    article = report.article
    known = _registered(article.outlet, report, register, words) if article.outlet else [words("voice.unnamed")]
    if article.credit:
        known.append(words("article.credit", names=", ".join(map(one_line, article.credit))))
    return Voice(one_line(article.outlet or "") or words("chain.here"), len(report.statements), tuple(known))


def _registered(outlet: str, report: Report, register: Register, words: Words) -> list[str]:
    entry = register.find(outlet, language=report.article.language)
    if entry is None:
        return [words("voice.unregistered")]
    known = [words(f"entry_kind.{entry.kind.replace(' ', '_')}")]
    if entry.control:
        known.append(words(f"voice.control_{entry.control.replace(' ', '_')}"))
    if entry.owner:
        known.append(words("voice.owner", name=owner_told(entry.owner, words)))
    return known
