"""The documented JSON form of a report: what :mod:`msgspec` makes of :class:`kildespor.model.Report`, nothing else."""

import msgspec


def indented(report: msgspec.Struct) -> str:
    """Return one report, or another value, as JSON over many lines, two spaces a level."""
    return msgspec.json.format(line(report), indent=2)


def line(report: msgspec.Struct) -> str:
    """Return one report, or another value, as JSON on one line, without the line end: a line of JSON Lines."""
    return msgspec.json.encode(report).decode()
