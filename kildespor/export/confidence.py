"""A report with only its surer attributions."""

from msgspec.structs import replace

from kildespor.model import Report
from kildespor.sources.recount import recounted


def at_least(report: Report, confidence: float) -> Report:
    """Return the report with the attributions whose confidence (0-1) is at least the one given.

    The sources that are left are those that still speak or relay, counted anew.
    """
    kept = tuple(attribution for attribution in report.attributions if attribution.confidence >= confidence)
    if len(kept) == len(report.attributions):
        return report
    return recounted(replace(report, attributions=kept))
