"""A person's verdict on an attribution as a correction."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from kildespor.archive.corrections import Correction, Verdict, spans_of
from kildespor.archive.derive import earliest, latest
from kildespor.archive.store import Version
from kildespor.errors import UsageError
from kildespor.model import Attribution

UNKEPT = re.compile("[\0\ud800-\udfff]")
"""Characters that PostgreSQL or UTF-8 has no place for."""
SETTLED = ("id", "source_id", "confidence", "why")
"""Fields that are not a person's to change: they follow from the others or from there being a correction."""


class NoTime(UsageError):
    """A time that is no EDTF."""

    field = "when"

    def __init__(self, given: str) -> None:
        super().__init__(f"when: “{given}” is no time. Write it like 2023-03-14, 2023-03 or 2023-03-14T10:21.")


def checked_time(when: str) -> str:
    """The time as it is given. Raises :class:`NoTime` for what is no EDTF, or names a day that is none."""
    if earliest(when) is None and latest(when) is None:
        raise NoTime(when)
    return when


def judgement(version: Version, attribution: str, verdict: Verdict, changes: Mapping[str, Any]) -> Correction:
    """The correction that a verdict on the attribution with that id amounts to. ``changes`` are its new fields.

    Raises UsageError when there is no such attribution, or a change is of no field or of the wrong form, NoTime when
    the time it should have is none.
    """
    if (verdict == "amend") != bool(changes):
        raise UsageError("To amend an attribution, say what changes; to accept or reject it, change nothing.")
    earlier = version.corrections.get(attribution)
    original = earlier.original if earlier else _found(version, attribution)
    if verdict == "amend":
        amended = _changed((earlier and earlier.right) or original, changes, len(version.report.article.text))
        return Correction(verdict="amend", original=original, amended=amended)
    if verdict == "accept" and earlier and earlier.verdict == "amend":
        return earlier
    return Correction(verdict=verdict, original=original)


def found_by_person(version: Version, attribution: Attribution) -> Correction:
    """The correction that an attribution amounts to which no model has found.

    Raises UsageError where it lies outside the text or a name cannot be kept, NoTime when the time it has is none.
    """
    if attribution.when is not None:
        checked_time(attribution.when)
    _check(attribution, len(version.report.article.text))
    return Correction(verdict="accept", original=attribution)


def _found(version: Version, attribution: str) -> Attribution:
    for one in version.as_read.attributions:
        if one.id == attribution:
            return one
    have = ", ".join(one.id for one in version.as_read.attributions) or "none"
    raise UsageError(f"{version.article} has no attribution {attribution}. It has {have}.")


def _changed(attribution: Attribution, changes: Mapping[str, Any], length: int) -> Attribution:
    fields = msgspec.to_builtins(attribution)
    for name in changes:
        if name not in fields or name in SETTLED:
            may = ", ".join(field for field in fields if field not in SETTLED)
            raise UsageError(f"{name} is nothing that can be changed. These are: {may}.")
    try:
        changed = msgspec.convert(fields | changes, Attribution)
    except msgspec.ValidationError as error:
        raise UsageError(f"The change does not fit: {error}. docs/output.md shows each field's form.") from None
    if "when" in changes and changed.when is not None:
        checked_time(changed.when)
    _check(changed, length)
    return changed


def _check(attribution: Attribution, length: int) -> None:
    for name in (attribution.entity, *(relay.entity for relay in attribution.relays)):
        if UNKEPT.search(name or ""):
            raise UsageError("entity: the name holds NUL or half characters, which no database keeps. Take them out.")
    for start, end in spans_of(attribution):
        if not 0 <= start < end <= length:
            raise UsageError(f"[{start}, {end}] lies outside the text of {length} characters, or is empty.")
