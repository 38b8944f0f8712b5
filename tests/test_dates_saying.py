"""When a source said it: the date of the cue's clause, not that of what is told."""

import pytest

from kildespor.dates import find_dates, when_said
from kildespor.model import Span

PUBLISHED = "2023-03-15"


def said(marked: str, sentence: int = 0) -> str | None:
    """The date of saying in a text whose content stands in [...], cue in {...} and source in <...>."""
    text = ""
    spans: dict[str, list[Span]] = {"[": [], "{": [], "<": []}
    opened: list[tuple[str, int]] = []
    for character in marked:
        if character in spans:
            opened.append((character, len(text)))
        elif character in "]}>":
            kind, start = opened.pop()
            spans[kind].append((start, len(text)))
        else:
            text += character
    bounds = [0, *(n + 1 for n in range(len(text)) if text[n : n + 2] == ". "), len(text)]
    dates = find_dates(text, published=PUBLISHED, language="nob")
    return when_said(
        tuple(spans["["]), tuple(spans["{"]), tuple(spans["<"]), (bounds[sentence], bounds[sentence + 1]), dates
    )


@pytest.mark.parametrize(
    ("marked", "when"),
    [
        ("[«Vi vant i 2006»], {sa} <Berg> mandag.", "2023-03-13"),
        ("Mandag {sa} <Berg> at [de vant i 2006].", "2023-03-13"),
        ("<Berg> {sa} at [de vant i går].", None),
        ("[«Vi vant»], {sa} <Berg>.", None),
        ("<Berg> {sa} tirsdag kveld at [de reiste mandag].", "2023-03-14"),
        ("Mandag kom <Berg>, og han {sa} tirsdag at [de vant].", "2023-03-14"),
        ("{Ifølge} <en rapport fra 2017> [lekker tunnelen].", "2017"),
        ("<Berg> onsdag: [Vi gir oss].", "2023-03-15"),
        ("I går [regnet det].", None),
    ],
)
def test_when_it_was_said(marked: str, when: str | None) -> None:
    assert said(marked) == when


def test_a_date_of_another_sentence_does_not_count() -> None:
    assert said("Mandag brant det. [«Alt er borte»], {sa} <Berg>.", sentence=1) is None
