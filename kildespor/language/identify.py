"""Which language a text is in: naive Bayes on common words, on letter trigrams for the rest (Dunning 1994, "Statistical
identification of language"; padded n-grams after Cavnar & Trenkle 1994).

``profile.tsv`` has a line for each common word (``^ikkje$``) and trigram (``^ik``, ``kkj``), where ``^`` and ``$`` mark
the ends of a word: the key, then one character for each of LANGUAGES, ``0`` for the language it fits best and one code
point more for each step of UNIT nats by which another falls short. docs/languages.md says how it was made and measured.
"""

import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np

from kildespor.errors import ArticleError
from kildespor.model import Language

READ: tuple[Language, ...] = get_args(Language)
REFUSED = {
    "deu": "German",
    "nld": "Dutch",
    "fra": "French",
    "spa": "Spanish",
    "ita": "Italian",
    "por": "Portuguese",
    "isl": "Icelandic",
    "fao": "Faroese",
    "sme": "Northern Sami",
    "fin": "Finnish",
    "est": "Estonian",
    "pol": "Polish",
    "tur": "Turkish",
}
LANGUAGES = (*READ, *REFUSED)
SCRIPTS = {
    "CYRILLIC": "Russian, Ukrainian or another language in Cyrillic letters",
    "ARABIC": "Arabic, Persian or another language in Arabic letters",
    "GREEK": "Greek",
    "HEBREW": "Hebrew",
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "CJK": "Chinese or Japanese",
    "THAI": "Thai",
    "DEVANAGARI": "Hindi or another language in Devanagari letters",
}

PROFILE = Path(__file__).with_name("profile.tsv")
UNIT = 0.25  # nats
WINDOW = 2000  # characters; three windows of it are read of a longer text
REFUSE_BY = 3.0  # nats by which a refused language must win
FITTING = 0.2  # the least share of a text's words that are common in its language
ENOUGH_WORDS = 20  # from here on that share is trusted; a shorter text is guessed rather than refused
FEWEST_WORDS = 3  # fewer of them, none of them common, are most often a name

_WORD = re.compile(r"[^\W\d_]+")
_FROM_CHARACTERS = bytes(max(0, code - ord("0")) for code in range(256))
_LAST_LATIN = "\u024f"
_NAME_IT = "--language nob, nno, dan, swe or eng"


def identify(text: str, name: str = "The text") -> Language:
    """The language that most of ``text`` is in, as an ISO 639-3 code. ``name`` is what error messages call the text.

    A text of more than 6,000 characters is judged by its beginning, middle and end. One short sentence is guessed.

    Raises ArticleError for a text in another language, named when it is one of REFUSED or SCRIPTS, and for one or two
    words that tell nothing.
    """
    found = words(_sample(text))
    _refuse_scripts(found, name)
    lowered = [word.lower() for word in found]
    read, best = _fit(lowered)
    fitting, fitting_best = _share_fitting(lowered, read), _share_fitting(lowered, best)
    if best in REFUSED and fitting_best > fitting:
        resembling = f"another language, most like {REFUSED[best]}"
        raise _unread(name, REFUSED[best] if fitting_best >= FITTING else resembling)
    if fitting < FITTING and len(found) >= ENOUGH_WORDS:
        raise _unread(name, "another language")
    if fitting == 0 and len(found) < FEWEST_WORDS:
        raise ArticleError(f"{name} has too few words to tell its language. Name it: {_NAME_IT}.")
    return read


def words(text: str) -> list[str]:
    """The runs of letters in ``text``."""
    return _WORD.findall(text)


def trigrams(word: str) -> list[str]:
    """The letter trigrams of ``word``, its ends marked."""
    padded = f"^{word}$"
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


@cache
def _profile() -> dict[str, bytes]:
    lines = PROFILE.read_text(encoding="utf-8").splitlines()
    cells = (line.partition("\t") for line in lines)
    return {key: steps.encode().translate(_FROM_CHARACTERS) for key, _, steps in cells}


def _sample(text: str) -> str:
    if len(text) > 3 * WINDOW:
        middle = (len(text) - WINDOW) // 2
        text = "\n".join((text[:WINDOW], text[middle : middle + WINDOW], text[-WINDOW:]))
    # A decomposed å is two characters, of which the second is no letter.
    return unicodedata.normalize("NFC", text)


def _refuse_scripts(found: list[str], name: str) -> None:
    foreign = [word for word in found if word[0] > _LAST_LATIN]
    if 2 * len(foreign) > len(found):
        scripts = Counter(unicodedata.name(word[0], "?").split()[0] for word in foreign)
        script = scripts.most_common(1)[0][0]
        raise _unread(name, SCRIPTS.get(script, "a language that is not written in Latin letters"))


def _fit(lowered: list[str]) -> tuple[Language, str]:
    """The language that the words fit best among those that are read, and among all; a refused one must win clearly."""
    profile = _profile()
    rows = []
    for word in lowered:
        whole = profile.get(f"^{word}$")
        rows += [whole] if whole else [profile[piece] for piece in trigrams(word) if piece in profile]
    short = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, len(LANGUAGES)).sum(0, dtype=np.int64).tolist()
    read = min(range(len(READ)), key=short.__getitem__)
    best = min(range(len(LANGUAGES)), key=short.__getitem__)
    return READ[read], LANGUAGES[best if (short[read] - short[best]) * UNIT >= REFUSE_BY else read]


def _share_fitting(lowered: list[str], language: str) -> float:
    """The share of the words that are common in the language: in the profile, at most one nat short of the best."""
    profile, column = _profile(), LANGUAGES.index(language)
    found = [profile.get(f"^{word}$") for word in lowered]
    return sum(1 for steps in found if steps and steps[column] * UNIT <= 1) / max(1, len(lowered))


def _unread(name: str, language: str) -> ArticleError:
    return ArticleError(
        f"{name} seems to be in {language}; Kildespor reads Bokmål, Nynorsk, Danish, Swedish and English. "
        f"If it is in one of those, name it: {_NAME_IT}."
    )
