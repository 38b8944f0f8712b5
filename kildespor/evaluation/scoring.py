"""The figures: how much was found, and how much of what was found is right."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from kildespor.evaluation.gold import AnyAttribution, Comparison, compare
from kildespor.evaluation.matching import letters, match, same_cue, same_entity, touch

ErrorKind = Literal["missed", "extra", "source"]


class Retrieval(Struct, frozen=True, rename={"precision": "p", "recall": "r"}):
    """Precision, recall and their harmonic mean (0-1); ``n`` is how many the gold annotation has."""

    precision: float
    recall: float
    f1: float
    n: int


class Figures(
    Struct,
    frozen=True,
    kw_only=True,
    rename=lambda name: name.replace("_", " ") if name.startswith(("found_", "missing_")) else name,
):
    """How predicted attributions compare with gold ones; a figure that is one number is a share (0-1) of those matched.

    ``found``: attributions matched (see :func:`kildespor.evaluation.matching.match`); ``found_direct`` and so on: by
    kind and source_kind of the gold (recall) and of the prediction (precision). ``whole``: matched with the right
    source, source_kind, relays and hearsay (present or absent). ``hearsay``, ``addressee``: marks that overlap those
    of the matched gold; ``relays``: relays whose entity agrees. ``source``: the same source by name, or, unless
    entities alone count, by touching spans. ``cue``: cues overlap or both are empty. ``content``: the very same
    letters and digits. ``kind``, ``source_kind``, ``act``: the same value. ``missing_files``: articles that could not
    be read; their attributions count as missed.
    """

    articles: int
    missing_files: int
    found: Retrieval
    whole: Retrieval
    found_direct: Retrieval
    found_indirect: Retrieval
    found_mixed: Retrieval
    found_named: Retrieval
    found_unnamed: Retrieval
    found_unstated: Retrieval
    hearsay: Retrieval
    relays: Retrieval
    addressee: Retrieval
    source: float
    cue: float
    content: float
    kind: float
    source_kind: float
    act: float

    def as_dict(self) -> dict[str, int | float | dict[str, int | float]]:
        """The figures by name, those with precision and recall as ``{"p": …, "r": …, "f1": …, "n": …}``."""
        figures: dict[str, int | float | dict[str, int | float]] = msgspec.to_builtins(self)
        return figures

    def table(self) -> str:
        """The figures as plain text, one a line."""
        return "\n".join(f"{name:18} {_cells(value)}" for name, value in self.as_dict().items())


class Error(Struct, frozen=True, kw_only=True):
    """One thing that went wrong: an attribution ``missed``, an ``extra`` one, or a wrong ``source``.

    ``gold`` and ``predicted`` are the attributions in question; ``content`` is how the text of the first that there is
    begins, on one line.
    """

    article: str
    error: ErrorKind
    gold: AnyAttribution | None
    predicted: AnyAttribution | None
    content: str

    def line(self) -> str:
        """The error in one line of tab-separated text: article, what is wrong, entity, content."""
        if self.gold and self.predicted:
            return f"{self.article}\tSOURCE {self.gold.entity} <> {self.predicted.entity}\t\t{self.content}"
        given = self.gold or self.predicted
        assert given is not None
        what = f"{self.error.upper()} {given.kind}/{given.source_kind}"
        return "\t".join((self.article, what, str(given.entity), self.content))


class _Matches(Struct, frozen=True):
    """The attributions of all articles together: gold ones, predicted ones and the pairs of the two with their text."""

    gold: list[AnyAttribution]
    predicted: list[AnyAttribution]
    pairs: list[tuple[AnyAttribution, AnyAttribution, str]]


def evaluate(gold_dir: Path, *, entities: bool = False) -> Figures:
    """Read every article of ``gold_dir`` with the current model and score it against its annotation.

    ``gold_dir`` holds ``NAME.txt`` and ``NAME.json``; with ``entities`` a source is right only by its name.
    Raises what :func:`kildespor.evaluation.gold.compare` raises.
    """
    return score(compare(gold_dir), entities=entities)


def score(comparisons: Sequence[Comparison], *, entities: bool = False) -> Figures:
    """The figures over all ``comparisons`` together; with ``entities`` a source is right only by its name."""
    found = _matches(comparisons)

    def share(right: Callable[[AnyAttribution, AnyAttribution], bool]) -> float:
        return sum(right(gold, predicted) for gold, predicted, _ in found.pairs) / max(len(found.pairs), 1)

    def right_source(gold: AnyAttribution, predicted: AnyAttribution) -> bool:
        return _same_source(gold, predicted, entities=entities)

    whole = sum(right_source(gold, predicted) and _same_frame(gold, predicted) for gold, predicted, _ in found.pairs)
    same_letters = sum(letters(g.content, text) == letters(p.content, text) for g, p, text in found.pairs)
    return Figures(
        articles=len(comparisons),
        missing_files=sum(each.predicted is None for each in comparisons),
        found=_retrieval(len(found.pairs), found),
        whole=_retrieval(whole, found),
        found_direct=_found(found, lambda a: a.kind == "direct"),
        found_indirect=_found(found, lambda a: a.kind == "indirect"),
        found_mixed=_found(found, lambda a: a.kind == "mixed"),
        found_named=_found(found, lambda a: a.source_kind == "named"),
        found_unnamed=_found(found, lambda a: a.source_kind == "unnamed"),
        found_unstated=_found(found, lambda a: a.source_kind == "unstated"),
        hearsay=_retrieval(
            sum(touch(g.hearsay, p.hearsay) for g, p, _ in found.pairs), found, lambda a: int(bool(a.hearsay))
        ),
        relays=_retrieval(sum(_shared_relays(g, p) for g, p, _ in found.pairs), found, lambda a: len(a.relays)),
        addressee=_retrieval(
            sum(touch(g.addressee, p.addressee) for g, p, _ in found.pairs), found, lambda a: int(bool(a.addressee))
        ),
        source=share(right_source),
        cue=share(same_cue),
        content=same_letters / max(len(found.pairs), 1),
        kind=share(lambda g, p: g.kind == p.kind),
        source_kind=share(lambda g, p: g.source_kind == p.source_kind),
        act=share(lambda g, p: g.act == p.act),
    )


def by_language(comparisons: Iterable[Comparison], *, entities: bool = False) -> dict[str, Figures]:
    """The figures of each language (ISO 639-3) by itself, in the order in which the languages first come."""
    languages: dict[str, list[Comparison]] = {}
    for each in comparisons:
        languages.setdefault(each.language, []).append(each)
    return {language: score(group, entities=entities) for language, group in languages.items()}


def errors(comparisons: Iterable[Comparison]) -> list[Error]:
    """What went wrong, article by article: first what was missed, then what is extra, then wrong names of sources."""
    return list(chain.from_iterable(_errors_of(each) for each in comparisons))


def _errors_of(comparison: Comparison) -> list[Error]:
    gold = comparison.gold
    predicted = comparison.predicted or ()
    pairs = match(gold, predicted, comparison.text)
    missed = sorted({*range(len(gold))} - {i for i, _ in pairs})
    extra = sorted({*range(len(predicted))} - {j for _, j in pairs})

    def error(kind: ErrorKind, of: AnyAttribution | None, other: AnyAttribution | None) -> Error:
        spans = of.content if of else other.content if other else ()
        content = " ".join(" … ".join(comparison.text[start:end] for start, end in spans)[:110].split())
        return Error(article=comparison.name, error=kind, gold=of, predicted=other, content=content)

    return [
        *(error("missed", gold[i], None) for i in missed),
        *(error("extra", None, predicted[j]) for j in extra),
        *(
            error("source", gold[i], predicted[j])
            for i, j in pairs
            if not same_entity(gold[i].entity, predicted[j].entity)
        ),
    ]


def _matches(comparisons: Iterable[Comparison]) -> _Matches:
    found = _Matches([], [], [])
    for each in comparisons:
        predicted = each.predicted or ()
        found.gold.extend(each.gold)
        found.predicted.extend(predicted)
        pairs = match(each.gold, predicted, each.text)
        found.pairs.extend((each.gold[i], predicted[j], each.text) for i, j in pairs)
    return found


def _found(found: _Matches, belongs: Callable[[AnyAttribution], bool]) -> Retrieval:
    """Recall over the gold attributions that belong, precision over the predicted ones that do."""
    predicted = sum(map(belongs, found.predicted))
    gold = sum(map(belongs, found.gold))
    precision = sum(belongs(other) for _, other, _ in found.pairs) / predicted if predicted else 0.0
    recall = sum(belongs(each) for each, _, _ in found.pairs) / gold if gold else 0.0
    return _harmonic(precision, recall, gold)


def _retrieval(
    right: int, found: _Matches, count: Callable[[AnyAttribution], int] = lambda attribution: 1
) -> Retrieval:
    """``right`` of all that ``count`` finds in the predicted and in the gold attributions."""
    predicted = sum(map(count, found.predicted))
    gold = sum(map(count, found.gold))
    return _harmonic(right / predicted if predicted else 0.0, right / gold if gold else 0.0, gold)


def _harmonic(precision: float, recall: float, n: int) -> Retrieval:
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Retrieval(precision, recall, f1, n)


def _same_source(gold: AnyAttribution, predicted: AnyAttribution, *, entities: bool) -> bool:
    if same_entity(gold.entity, predicted.entity):
        return True
    both_stated = gold.entity is not None and predicted.entity is not None
    return not entities and both_stated and touch(gold.source, predicted.source)


def _same_frame(gold: AnyAttribution, predicted: AnyAttribution) -> bool:
    """Whether source_kind, relays and hearsay (present or absent) agree."""
    return (
        gold.source_kind == predicted.source_kind
        and _shared_relays(gold, predicted) == len(gold.relays) == len(predicted.relays)
        and bool(gold.hearsay) == bool(predicted.hearsay)
    )


def _shared_relays(gold: AnyAttribution, predicted: AnyAttribution) -> int:
    """How many gold relays have a predicted one with the same entity, one to one. A nameless relay agrees with none."""
    left = [relay.entity for relay in predicted.relays if relay.entity is not None]
    shared = 0
    for relay in gold.relays:
        hit = next((i for i, entity in enumerate(left) if same_entity(relay.entity, entity)), None)
        if hit is not None:
            del left[hit]
            shared += 1
    return shared


def _cells(value: int | float | dict[str, int | float]) -> str:
    if isinstance(value, dict):
        return f"P {value['p']:.3f}  R {value['r']:.3f}  F1 {value['f1']:.3f}  (n={value['n']})"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
