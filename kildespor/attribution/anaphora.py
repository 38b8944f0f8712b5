"""What a content stands for that is only a pronoun: "Det skriver VG", "Han avviser dette"."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from kildespor.attribution.decode import Candidate, spans_of
from kildespor.attribution.scorer import Scored
from kildespor.model import Spans


def refers_to(index: int, found: Sequence[Candidate], scored: Scored) -> Spans:
    """The spans that the pronoun of an anaphoric content stands for; empty for any other content.

    It stands for what was last reported, when that is in the same sentence before it or in the one before; else for
    the whole sentence before. An article's opening sentence has nothing before it.
    """
    content = found[index].content
    words = scored.encoded.segments.words
    if len(content) != 1:
        return ()
    start, end = words[content[0]]
    if scored.encoded.text[start:end].casefold() not in _pronouns():
        return ()
    segments = scored.encoded.segments
    sentence = int(segments.sentence[content[0]])
    for other in reversed(found[:index]):
        near = sentence - int(segments.sentence[other.content[-1]])
        if 0 <= near <= 1 and other.content[-1] < content[0]:
            return spans_of(other.content, scored)
    return (segments.sentences[sentence - 1],) if sentence else ()


@cache
def _pronouns() -> frozenset[str]:
    data = tomllib.loads((Path(__file__).parent / "anaphora.toml").read_text(encoding="utf-8"))
    return frozenset(data["pronouns"])
