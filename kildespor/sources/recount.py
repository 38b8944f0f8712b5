"""The sources of a report from which attributions have gone, or to which some have come."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from kildespor.model import Attribution, Report, Source


def recounted(report: Report) -> Report:
    """The report with those of its sources that speak or relay in it, counted anew."""
    return replace(report, sources=tuple(_heard(report)))


def through(attributions: Iterable[Attribution]) -> tuple[str, ...]:
    """The names of the relays of a source's attributions, in order, each once."""
    return tuple(dict.fromkeys(r.entity for a in attributions for r in a.relays if r.entity is not None))


def _heard(report: Report) -> Iterator[Source]:
    said: defaultdict[str | None, list[Attribution]] = defaultdict(list)
    for a in report.attributions:
        said[a.source_id].append(a)
    relays = {relay.source_id for a in report.attributions for relay in a.relays}
    for source in report.sources:
        if source.id in said or source.id in relays:
            own = said[source.id]
            direct = sum(a.kind == "direct" for a in own)
            yield replace(source, direct=direct, indirect=len(own) - direct, through=through(own))
