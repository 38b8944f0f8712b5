"""An attribution as the fields of a form, and back: spans as their words with the place where they stand.

The words are what counts. Of several places where they stand, the one nearest to the place given is meant, so that a
form works where nothing but text can be typed, and offsets need not be counted.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from kildespor.archive.judge import checked_time
from kildespor.errors import UsageError
from kildespor.export.chain import CORRECTION, one_line, quoted
from kildespor.model import Anchor, Attribution, Relay, Span, Spans, Why

ROLES = ("content", "source", "cue", "hearsay", "addressee", "refers_to")
CHOSEN = ("source_kind", "kind", "act", "polarity")
MOST_RELAYS = 12

_RANGE = re.compile(r"(\d{1,9})\s*[-–]\s*(\d{1,9})")


class NotThere(UsageError):
    """Words of a field that do not stand in the text."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(f"{field}: “{words}” does not stand in the text. Write the words as they stand there.")
        self.field = field


def fields_of(attribution: Attribution | None, text: str) -> dict[str, str]:
    """The fields that show an attribution, those of an empty one without it. For each role there is the words' field
    (``content``) and that of their place (``content_at``: ``402–475, 480–490``); those of relays are numbered from 0
    (``relay_0_entity``, ``relay_0_source``, ``relay_0_cue``), with an empty relay after the last."""
    chosen = {"entity": "", "when": "", "source_kind": "named", "kind": "indirect", "act": "say", "polarity": "asserts"}
    if attribution:
        chosen = {name: getattr(attribution, name) or "" for name in chosen}
    relays = attribution.relays if attribution else ()
    fields = {**chosen}
    for role in ROLES:
        fields |= _shown(role, getattr(attribution, role) if attribution else (), text)
    for number, relay in enumerate((*relays, Relay(source=(), cue=(), entity=None))):
        fields[f"relay_{number}_entity"] = relay.entity or ""
        fields |= _shown(f"relay_{number}_source", relay.source, text)
        fields |= _shown(f"relay_{number}_cue", relay.cue, text)
    return fields


def _shown(name: str, spans: Spans, text: str) -> dict[str, str]:
    return {name: quoted(text, spans), f"{name}_at": ", ".join(f"{start}–{end}" for start, end in spans)}


def changes_of(form: Mapping[str, str], text: str) -> dict[str, Any]:
    """What a form says an attribution is, by the names of its fields. Raises :class:`NotThere` for words that the text
    does not have, NoTime for a time that is none, UsageError when there is nothing that is said or would say
    so."""
    content = _spans(form, "content", text, 0)
    near = content[0][0] if content else 0
    changes: dict[str, Any] = {role: _spans(form, role, text, near) for role in ROLES}
    if not any(changes[role] for role in ("content", "cue", "hearsay")):
        raise UsageError("Nothing is marked. Mark what is said, or the words that say so.")
    changes |= {name: form.get(name, "") for name in CHOSEN}
    changes["when"] = _time(form.get("when", ""))
    changes["entity"] = one_line(form.get("entity", "")) or quoted(text, changes["source"]) or None
    if changes["entity"] is None:
        changes["source_kind"] = "unstated"
    changes["relays"] = tuple(_relays(form, text, near))
    return changes


def _time(given: str) -> str | None:
    when = one_line(given)
    return checked_time(when) if when else None


def _relays(form: Mapping[str, str], text: str, near: int) -> Iterator[Relay]:
    for number in range(MOST_RELAYS):
        source = _spans(form, f"relay_{number}_source", text, near)
        cue = _spans(form, f"relay_{number}_cue", text, near)
        entity = one_line(form.get(f"relay_{number}_entity", "")) or quoted(text, source) or None
        if entity:
            yield Relay(source=source, cue=cue, entity=entity)


def new_attribution(changes: Mapping[str, Any]) -> Attribution:
    """The attribution that a person has found and no model. Raises UsageError when a field has a value that none is."""
    anchor: Anchor = "cue" if changes["cue"] else "hearsay" if changes["hearsay"] else "quote"
    why = Why(anchor=anchor, by=CORRECTION, score=1.0)
    fields = {**msgspec.to_builtins(changes), "id": "", "confidence": 1.0, "why": msgspec.to_builtins(why)}
    try:
        return msgspec.convert(fields, Attribution)
    except msgspec.ValidationError as error:
        raise UsageError(f"The form does not fit: {error}.") from None


def _spans(form: Mapping[str, str], name: str, text: str, near: int) -> Spans:
    words = one_line(form.get(name, ""))
    if not words:
        return ()
    given = tuple((int(start), int(end)) for start, end in _RANGE.findall(form.get(f"{name}_at", "")))
    if all(0 <= start < end <= len(text) for start, end in given) and quoted(text, given) == words:
        return given
    starts = [start for start, _ in given]
    whole = _nearest(words, text, starts[0] if starts else near)
    if whole:
        return (whole,)
    spans: list[Span] = []
    for number, part in enumerate(part for part in words.split("…") if part.strip()):
        place = starts[number] if number < len(starts) else spans[-1][1] if spans else near
        span = _nearest(part, text, place)
        if span is None:
            raise NotThere(name, part.strip())
        spans.append(span)
    if not spans:
        raise NotThere(name, words)
    return tuple(sorted(set(spans)))


def _nearest(words: str, text: str, near: int) -> Span | None:
    """Where the words stand, whatever the space between them; the place that begins nearest."""
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words.split()))
    places = (found.span() for found in pattern.finditer(text) if found.group())
    return min(places, key=lambda span: abs(span[0] - near), default=None)
