"""The sources of a report from which attributions have gone, or to which some have come."""

from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from kildespor.model import Report, Source


def recounted(report: Report) -> Report:
    """The report with those of its sources that speak or relay in it, counted anew."""
    return replace(report, sources=tuple(_heard(report)))


def _heard(report: Report) -> Iterator[Source]:
    direct = Counter(a.source_id for a in report.attributions if a.kind == "direct")
    indirect = Counter(a.source_id for a in report.attributions if a.kind != "direct")
    relays = {relay.source_id for a in report.attributions for relay in a.relays}
    for source in report.sources:
        if source.id in direct or source.id in indirect or source.id in relays:
            yield replace(source, direct=direct[source.id], indirect=indirect[source.id])
