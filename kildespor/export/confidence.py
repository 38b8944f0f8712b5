"""A report with only its surer attributions."""

from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from kildespor.model import Report, Source


def at_least(report: Report, confidence: float) -> Report:
    """Return the report with the attributions whose confidence (0-1) is at least the one given.

    The sources that are left are those that still speak or relay, counted anew.
    """
    kept = tuple(attribution for attribution in report.attributions if attribution.confidence >= confidence)
    if len(kept) == len(report.attributions):
        return report
    fewer = replace(report, attributions=kept)
    return replace(fewer, sources=tuple(_heard(fewer)))


def _heard(report: Report) -> Iterator[Source]:
    direct = Counter(a.source_id for a in report.attributions if a.kind == "direct")
    indirect = Counter(a.source_id for a in report.attributions if a.kind != "direct")
    relays = {relay.source_id for a in report.attributions for relay in a.relays}
    for source in report.sources:
        if source.id in direct or source.id in indirect or source.id in relays:
            yield replace(source, direct=direct[source.id], indirect=indirect[source.id])
