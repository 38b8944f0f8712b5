"""Corrected articles in the form of a training corpus: ``NAME.txt`` is the text, ``NAME.json`` the annotation."""

from pathlib import Path

import msgspec
from msgspec import Struct

from kildespor.archive.corrections import Verdict
from kildespor.archive.store import Version
from kildespor.errors import UsageError
from kildespor.model import Act, Attribution, Kind, Language, Polarity, SourceKind, Spans


class GoldRelay(Struct, frozen=True, kw_only=True):
    """A relay; the fields mean what those of :class:`kildespor.Relay` mean."""

    source: Spans
    cue: Spans
    entity: str | None


class GoldAttribution(Struct, frozen=True, kw_only=True):
    """An attribution as corrected; ``correction`` is null where only the model has judged."""

    id: str
    entity: str | None
    source_kind: SourceKind
    kind: Kind
    act: Act
    polarity: Polarity
    content: Spans
    cue: Spans
    source: Spans
    hearsay: Spans
    addressee: Spans
    refers_to: Spans
    relays: tuple[GoldRelay, ...]
    correction: Verdict | None


class Gold(Struct, frozen=True, kw_only=True):
    """An article's annotation. ``reviewed``: a person has judged every attribution that the model found."""

    doc: str
    language: Language | None
    reviewed: bool
    attributions: tuple[GoldAttribution, ...]


def gold(version: Version) -> Gold:
    """The annotation that a corrected version amounts to."""
    report = version.report
    return Gold(
        doc=f"{report.article.language or 'und'}__{version.article}",
        language=report.article.language,
        reviewed=all(a.id in version.corrections for a in version.as_read.attributions),
        attributions=tuple(_attribution(a, version) for a in report.attributions),
    )


def write(version: Version, folder: Path) -> Path:
    """Write ``NAME.txt`` and ``NAME.json`` and return the path of the latter. Raises UsageError when it cannot."""
    annotation = gold(version)
    path = folder / f"{annotation.doc}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Bytes, since the offsets hold only with the line ends as they are.
        path.with_suffix(".txt").write_bytes(version.report.article.text.encode())
        path.write_bytes(msgspec.json.format(msgspec.json.encode(annotation), indent=1) + b"\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Name another folder.") from None
    return path


def _attribution(a: Attribution, version: Version) -> GoldAttribution:
    correction = version.corrections.get(a.id)
    return GoldAttribution(
        id=a.id,
        entity=a.entity,
        source_kind=a.source_kind,
        kind=a.kind,
        act=a.act,
        polarity=a.polarity,
        content=a.content,
        cue=a.cue,
        source=a.source,
        hearsay=a.hearsay,
        addressee=a.addressee,
        refers_to=a.refers_to,
        relays=tuple(GoldRelay(source=r.source, cue=r.cue, entity=r.entity) for r in a.relays),
        correction=correction.verdict if correction else None,
    )
