"""Gold annotation from files, laid beside what was predicted for the same texts."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from kildespor.errors import ArticleError, UsageError
from kildespor.model import Act, Attribution, Kind, Relay, Report, SourceKind, Spans


class GoldAttribution(Struct, frozen=True, kw_only=True):
    """An attribution as annotated by hand. The fields mean what those of :class:`kildespor.model.Attribution` mean."""

    id: str
    content: Spans
    cue: Spans = ()
    source: Spans = ()
    entity: str | None = None
    source_kind: SourceKind
    kind: Kind
    act: Act
    hearsay: Spans = ()
    addressee: Spans = ()
    relays: tuple[Relay, ...] = ()


AnyAttribution = GoldAttribution | Attribution


class Comparison(Struct, frozen=True, kw_only=True):
    """One article's gold attributions and those predicted for it. ``predicted`` is None when it could not be read.

    All spans are character offsets into ``text``.
    """

    name: str
    language: str
    text: str
    gold: Sequence[AnyAttribution]
    predicted: Sequence[AnyAttribution] | None


class _Annotation(Struct, frozen=True):
    """The JSON form of an annotated article, and of a report as far as scoring needs it."""

    attributions: tuple[GoldAttribution, ...]
    language: str | None = None


def compare(gold_dir: Path) -> list[Comparison]:
    """Read every ``NAME.txt`` of ``gold_dir`` that has a ``NAME.json`` with the current model, in the order of names.

    Raises :class:`UsageError` when the folder holds no gold annotation or one that does not fit its text,
    :class:`ArticleError` when a text as read is not the text of its file, since the offsets of the annotation would
    then point at other words.
    """
    # Scoring files against files must not load the model.
    from kildespor.reading import read_many

    annotations = _annotations(gold_dir)
    texts = [path.with_suffix(".txt") for path in annotations]
    comparisons = []
    for (path, annotation), result in zip(annotations.items(), read_many(texts), strict=True):
        text = _text(path.with_suffix(".txt"))
        report = result if isinstance(result, Report) else None
        if report and report.article.text != text:
            raise ArticleError(
                f"{path.with_suffix('.txt')}: the text as read differs from the file, so the annotation's offsets do "
                "not fit it. Take out a date mark at its start or a byte order mark and annotate the text again."
            )
        comparisons.append(_comparison(path, annotation, text, report.attributions if report else None))
    return comparisons


def read_comparisons(gold_dir: Path, predicted_dir: Path) -> list[Comparison]:
    """As :func:`compare`, with the predictions taken from ``predicted_dir/NAME.json`` instead of the model.

    Raises :class:`UsageError` when ``gold_dir`` holds no gold annotation or a file is not of the annotation's form.
    """
    comparisons = []
    for path, annotation in _annotations(gold_dir).items():
        other = predicted_dir / path.name
        predicted = _decode(other).attributions if other.exists() else None
        comparisons.append(_comparison(path, annotation, _text(path.with_suffix(".txt")), predicted))
    return comparisons


def _annotations(gold_dir: Path) -> dict[Path, _Annotation]:
    if not gold_dir.is_dir():
        raise UsageError(f"{gold_dir}: no such folder. Name one that holds NAME.txt and NAME.json files.")
    paths = [path for path in sorted(gold_dir.glob("*.json")) if path.with_suffix(".txt").exists()]
    if not paths:
        raise UsageError(f"{gold_dir}: no gold annotation here. An article is a NAME.txt with a NAME.json beside it.")
    return {path: _checked(_decode(path), path) for path in paths}


def _checked(annotation: _Annotation, path: Path) -> _Annotation:
    """The annotation, if all its spans are of the text. One that points past its end would count as a miss."""
    length = len(_text(path.with_suffix(".txt")))
    for each in annotation.attributions:
        of_relays = (span for relay in each.relays for span in (*relay.source, *relay.cue))
        for start, end in (*each.content, *each.cue, *each.source, *each.hearsay, *each.addressee, *of_relays):
            if not 0 <= start < end <= length:
                raise UsageError(
                    f"{path}: {each.id} has a span [{start}, {end}] that is none of a text of {length} characters. "
                    "Count the characters of the .txt file from 0, the end exclusive."
                )
    return annotation


def _decode(path: Path) -> _Annotation:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Annotation)
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path}: not an annotation: {error}. docs/accuracy.md shows the form.") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None


def _comparison(
    path: Path, annotation: _Annotation, text: str, predicted: Sequence[AnyAttribution] | None
) -> Comparison:
    return Comparison(
        name=path.stem,
        language=annotation.language or "",
        text=text,
        gold=annotation.attributions,
        predicted=predicted,
    )
