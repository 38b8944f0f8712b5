"""Scoring gives the reference scorer's figures, and truth scores 1."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kildespor.errors import UsageError
from kildespor.evaluation import (
    Comparison,
    Figures,
    GoldAttribution,
    Retrieval,
    by_language,
    errors,
    match,
    read_comparisons,
    score,
)
from kildespor.evaluation.matching import same_entity
from kildespor.model import Relay, Span

GOLD = Path(__file__).parent.parent / "evaluation" / "written"
RECORDED = Path(__file__).parent / "data" / "dev"


@pytest.fixture(scope="module")
def recorded() -> list[Comparison]:
    return read_comparisons(GOLD, RECORDED / "predicted")


@pytest.mark.parametrize(("file", "entities"), [("figures.json", False), ("figures-entities.json", True)])
def test_figures_are_those_of_the_reference_scorer(recorded: list[Comparison], file: str, entities: bool) -> None:
    assert score(recorded, entities=entities).as_dict() == json.loads((RECORDED / file).read_text())


def test_errors_are_those_of_the_reference_scorer(recorded: list[Comparison]) -> None:
    expected = (RECORDED / "errors.tsv").read_text(encoding="utf-8").splitlines()
    assert [error.line() for error in errors(recorded)] == expected


def test_an_article_without_predictions_counts_as_missed(recorded: list[Comparison]) -> None:
    missing = [each for each in recorded if each.predicted is None]
    figures = score(missing)
    assert figures.missing_files == len(missing) == 1
    assert figures.found == Retrieval(precision=0.0, recall=0.0, f1=0.0, n=len(missing[0].gold))


def test_languages_add_up_to_the_whole(recorded: list[Comparison]) -> None:
    languages = by_language(recorded)
    assert set(languages) == {"nob", "nno", "dan", "swe", "eng"}
    together = score(recorded)
    assert sum(figures.found.n for figures in languages.values()) == together.found.n
    assert sum(figures.articles for figures in languages.values()) == together.articles


def test_the_table_has_a_line_for_every_figure(recorded: list[Comparison]) -> None:
    figures = score(recorded)
    lines = figures.table().splitlines()
    assert len(lines) == len(figures.as_dict())
    assert f"found              P {figures.found.precision:.3f}" in figures.table()


WORDS = "Hun skal ha lovet å komme, ifølge Reuters, skriver VG"


def span(text: str, words: str) -> Span:
    return text.index(words), text.index(words) + len(words)


def attribution(content: str, *, cue: str = "", source: str = "", entity: str | None = None) -> GoldAttribution:
    return GoldAttribution(
        id="a1",
        content=(span(WORDS, content),),
        cue=(span(WORDS, cue),) if cue else (),
        source=(span(WORDS, source),) if source else (),
        entity=entity,
        source_kind="named" if entity else "unstated",
        kind="indirect",
        act="say",
    )


def test_half_of_the_letters_must_agree() -> None:
    gold = [attribution("lovet å komme")]
    assert match(gold, [attribution("å komme")], WORDS) == [(0, 0)]
    assert match(gold, [attribution("komme")], WORDS) == []


def test_the_same_words_under_other_cues_are_other_attributions() -> None:
    reuters = attribution("lovet å komme", cue="ifølge", source="Reuters", entity="Reuters")
    vg = attribution("lovet å komme", cue="skriver", source="VG", entity="VG")
    assert match([reuters], [vg], WORDS) == []
    assert match([reuters, vg], [vg, reuters], WORDS) == [(1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kari Li", "Li", True),
        ("Kari Li", "kari li (Ap)", True),
        ("Kari Anne Li", "Kari Li", True),
        ("TV 2", "TV2", True),
        ("politiet", "politi", True),
        ("Kari Li", "Ola Li", False),
        ("(VG)", "", True),
        ("Kari Li", None, False),
        (None, None, True),
    ],
)
def test_names_of_one_source(one: str | None, other: str | None, same: bool) -> None:
    assert same_entity(one, other) is same
    assert same_entity(other, one) is same


TEXT = "– Vi er klare, sa Kari Li til NTB. Hun skal ha lovet å komme, ifølge Reuters, skriver TV 2. " * 3
WORD_SPANS = [span for word in set(TEXT.split()) for span in [(TEXT.index(word), TEXT.index(word) + len(word))]]
spans = st.lists(st.sampled_from([s for s in WORD_SPANS if s[1] - s[0] > 1]), max_size=3, unique=True).map(tuple)
entities = st.text(min_size=1, max_size=12)


@st.composite
def attributions(draw: st.DrawFn) -> GoldAttribution:
    return GoldAttribution(
        id="a",
        content=draw(spans.filter(bool)),
        cue=draw(spans),
        source=draw(spans),
        entity=draw(st.none() | entities),
        source_kind=draw(st.sampled_from(["named", "unnamed", "unstated"])),
        kind=draw(st.sampled_from(["direct", "indirect", "mixed"])),
        act=draw(st.sampled_from(["say", "think", "ask", "promise", "show"])),
        hearsay=draw(spans),
        addressee=draw(spans),
        relays=tuple(
            Relay(source=draw(spans), cue=draw(spans), entity=draw(entities))
            for _ in range(draw(st.integers(min_value=0, max_value=2)))
        ),
    )


def compare_with(gold: Sequence[GoldAttribution], predicted: Sequence[GoldAttribution]) -> Figures:
    return score([Comparison(name="t", language="nob", text=TEXT, gold=gold, predicted=predicted)])


@settings(deadline=None)
@given(st.lists(attributions(), min_size=1, max_size=5))
def test_gold_against_itself_scores_1(gold: list[GoldAttribution]) -> None:
    figures = msgspec.to_builtins(compare_with(gold, gold))
    for name, value in figures.items():
        if isinstance(value, dict):
            assert value["f1"] == (1.0 if value["n"] else 0.0), name
        elif isinstance(value, float):
            assert value == 1.0, name
    assert not errors([Comparison(name="t", language="nob", text=TEXT, gold=gold, predicted=gold)])


@settings(deadline=None)
@given(st.lists(attributions(), max_size=4), st.lists(attributions(), max_size=4))
def test_every_share_is_one_and_whole_is_part_of_found(
    gold: list[GoldAttribution], predicted: list[GoldAttribution]
) -> None:
    figures = compare_with(gold, predicted)
    for name, value in figures.as_dict().items():
        shares = [value[part] for part in ("p", "r", "f1")] if isinstance(value, dict) else [value]
        assert name in {"articles", "missing files"} or all(0 <= share <= 1 for share in shares), name
    assert figures.whole.precision <= figures.found.precision
    assert figures.whole.recall <= figures.found.recall


def test_a_folder_without_gold_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gold annotation here"):
        read_comparisons(tmp_path, tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        read_comparisons(tmp_path / "nowhere", tmp_path)


def test_a_broken_annotation_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hei.")
    (tmp_path / "a.json").write_text('{"attributions": [{"id": 1}]}')
    with pytest.raises(UsageError, match=r"a\.json: not an annotation: .*attributions"):
        read_comparisons(tmp_path, tmp_path)


@pytest.mark.parametrize("span", ["[0, 5]", "[-1, 3]", "[3, 1]"])
def test_a_span_outside_the_text_is_named_and_not_counted_as_a_miss(tmp_path: Path, span: str) -> None:
    (tmp_path / "a.txt").write_text("Hei.")
    told = {"id": "a7", "content": [json.loads(span)], "source_kind": "named", "kind": "direct", "act": "say"}
    (tmp_path / "a.json").write_text(json.dumps({"attributions": [told]}))
    with pytest.raises(UsageError, match=rf"a\.json: a7 has a span {re.escape(span)}.* 4 characters"):
        read_comparisons(tmp_path, tmp_path)


def test_a_text_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("På skøyter.".encode("latin-1"))
    (tmp_path / "a.json").write_text('{"attributions": []}')
    with pytest.raises(UsageError, match=r"a\.txt is not UTF-8"):
        read_comparisons(tmp_path, tmp_path)
