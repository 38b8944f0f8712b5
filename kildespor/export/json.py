"""The documented JSON form of a report: what :mod:`msgspec` makes of :class:`kildespor.model.Report`, nothing else."""

import msgspec

from kildespor.model import Report


def indented(report: Report) -> str:
    """Return one report as JSON over many lines, two spaces a level."""
    return msgspec.json.format(line(report), indent=2)


def line(report: Report) -> str:
    """Return one report as JSON on one line, without the line end: a line of JSON Lines."""
    return msgspec.json.encode(report).decode()
