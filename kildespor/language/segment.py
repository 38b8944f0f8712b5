"""Text into paragraphs, sentences and words, each with offsets; and which words are quoted.

The rules are small on purpose and linear in the text: the model reads layout (a new paragraph, a speech dash, quotation
marks) as features beside the words, and must find the same layout in training and in use.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.model import Span, Spans

WORD = re.compile(r"\w+(?:[.'’:-]\w+)*|[^\w\s]")
PARAGRAPH = re.compile(r"[^\n\r\u2028\u2029]*\S[^\n\r\u2028\u2029]*")
SENTENCE_END = re.compile(r"[.!?…]+[\"”»“'’)\]]*(?=\s+(?P<next>\S))")
LAST_WORD = re.compile(r"[\w.]*\w$")
DASH = re.compile(r"\s*[–—―‒−-]\s*(?=\S)")

OPENING = {"«": "»", "„": "“”", "“": "”", "‹": "›"}
TOGGLING = '"”'

INSIDE, SENTENCE_START, PARAGRAPH_START = 0, 1, 2
IN_MARKS, IN_TURN = 1, 2
HEADLINE_LENGTH = 90


class Segments(Struct, frozen=True):
    """The layout of a text.

    ``words`` is an int32 array (n, 2) of offsets; ``sentence`` and ``paragraph`` (n,) give each word's sentence and
    paragraph number; ``sentences`` and ``paragraphs`` are their spans; ``layout`` is int64 (n, 3): where in its
    sentence a word stands (0 inside, 1 opens a sentence, 2 opens a paragraph), how it is quoted (bit 1 quotation marks,
    bit 2 a paragraph that opens with a dash), which part of the article it is in (0 first paragraph, 1 second, 2 later,
    3 a later line that reads like a subhead).
    """

    paragraphs: Spans
    sentences: Spans
    words: NDArray[np.int32]
    sentence: NDArray[np.int32]
    paragraph: NDArray[np.int32]
    layout: NDArray[np.int64]


@cache
def _abbreviations() -> frozenset[str]:
    data = tomllib.loads((Path(__file__).parent / "abbreviations.toml").read_text(encoding="utf-8"))
    return frozenset(data["titles"]) | frozenset(data["usual"])


def paragraphs(text: str) -> Spans:
    """The paragraphs of ``text``: runs without a line end, white space trimmed, empty ones left out."""
    return tuple(_trimmed(text, *m.span()) for m in PARAGRAPH.finditer(text))


def sentences(text: str, paragraph: Span) -> Spans:
    """The sentences of one paragraph, in order, white space between them left out."""
    start, end = paragraph
    found = []
    for m in SENTENCE_END.finditer(text, start, end):
        if _ends_sentence(text, start, m):
            found.append(_trimmed(text, start, m.end()))
            start = m.end()
    if text[start:end].strip():
        found.append(_trimmed(text, start, end))
    return tuple(found)


def quoted(text: str, paragraph: Span) -> Spans:
    """The stretches of one paragraph between quotation marks, marks included.

    A mark that is never closed quotes to the end of its paragraph, no further: one odd mark must not turn the rest of
    the article inside out.
    """
    found = []
    opened, closing = -1, ""
    for i in range(*paragraph):
        char = text[i]
        if opened < 0:
            if char in OPENING or char in TOGGLING:
                opened, closing = i, OPENING.get(char, char)
        elif char in closing:
            found.append((opened, i + 1))
            opened = -1
    if opened >= 0:
        found.append((opened, paragraph[1]))
    return tuple(found)


def opens_with_dash(text: str, paragraph: Span) -> bool:
    """Whether a paragraph opens with a speech dash of any kind."""
    return DASH.match(text, *paragraph) is not None


def segment(text: str) -> Segments:
    """Find the paragraphs, sentences and words of ``text`` and how they are laid out."""
    paras = paragraphs(text)
    all_sentences: list[Span] = []
    words: list[Span] = []
    sentence: list[int] = []
    paragraph: list[int] = []
    layout: list[tuple[int, int, int]] = []
    for p, para in enumerate(paras):
        marks = quoted(text, para)
        turn = IN_TURN * opens_with_dash(text, para)
        part = _part(text, para, p)
        position = PARAGRAPH_START
        mark = 0
        for span in sentences(text, para):
            for m in WORD.finditer(text, *span):
                while mark < len(marks) and marks[mark][1] <= m.start():
                    mark += 1
                in_marks = mark < len(marks) and marks[mark][0] <= m.start()
                words.append(m.span())
                sentence.append(len(all_sentences))
                paragraph.append(p)
                layout.append((position, turn + IN_MARKS * in_marks, part))
                position = INSIDE
            position = SENTENCE_START
            all_sentences.append(span)
    return Segments(
        paragraphs=paras,
        sentences=tuple(all_sentences),
        words=np.array(words, np.int32).reshape(-1, 2),
        sentence=np.array(sentence, np.int32),
        paragraph=np.array(paragraph, np.int32),
        layout=np.array(layout, np.int64).reshape(-1, 3),
    )


def _trimmed(text: str, start: int, end: int) -> Span:
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), end - len(stretch) + len(stretch.rstrip())


def _ends_sentence(text: str, start: int, m: re.Match[str]) -> bool:
    follows = m["next"]
    if follows.islower():
        return False
    if m.group() != ".":
        return True
    last = LAST_WORD.search(text, max(start, m.start() - 20), m.start())
    word = last.group() if last else ""
    initial = len(word) == 1 and word.isupper()
    ordinal = word.isdigit() and len(word) <= 2 and follows.isdigit()
    return not (initial or ordinal or word.lower() in _abbreviations())


def _part(text: str, paragraph: Span, number: int) -> int:
    if number < 2:
        return number
    start, end = paragraph
    ends_open = text[end - 1] not in ".!?:…" and text[max(start, end - 2) : end] not in ('."', ".»", ".”", "!»", "?»")
    return 3 if end - start < HEADLINE_LENGTH and ends_open else 2
