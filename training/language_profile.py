"""Write ``kildespor/language/profile.tsv``: how well each common word and trigram fits each language.

    python training/language_profile.py TEXTS DICTIONARIES

``TEXTS/<ISO 639-3 code>/*.txt`` is running text, one paragraph or sentence a line; ``DICTIONARIES/<code>.aff`` and
``.dic`` are Hunspell spelling dictionaries for nob, nno, dan and swe. Needs the ``hunspell`` command and justext, whose
lists of frequent words (from Wikipedia) come with trafilatura. docs/languages.md says which texts were used.

The method is naive Bayes on words, backed off to letter trigrams for the words it does not know (Dunning 1994, with
the padded n-grams of Cavnar & Trenkle 1994). Texts of different languages here are of different kinds, so a subject
could pass for a language. Three steps keep the subject out: rates are averaged over files, not added up; a word that
a language's dictionary spells the same way gets the highest rate it has in a neighbour, so that only spelling
decides; and half of a language's trigram rates come from its dictionary.
"""

import argparse
import subprocess
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping
from math import log, sqrt
from pathlib import Path

import justext  # type: ignore[import-untyped]

from kildespor.language.identify import LANGUAGES, PROFILE, READ, UNIT, trigrams, words

STOPLISTS = {"nob": "Norwegian_Bokmal", "nno": "Norwegian_Nynorsk", "dan": "Danish", "swe": "Swedish"}
ENGLISH = {"the", "and", "to", "that", "be", "with", "this", "from", "are", "or", "you", "your", "which", "it", "was"}
HAND_WRITTEN = {
    language: set(text.split())
    for language, text in tomllib.loads(Path(__file__).with_name("language_words.toml").read_text("utf-8")).items()
}
Rates = dict[str, float]  # occurrences in a million

WORDS_KEPT = {True: 2000, False: 400}  # of a language that is read, of one that is only refused
TRIGRAMS_KEPT = {True: 3500, False: 600}
WORD_FLOOR, TRIGRAM_FLOOR = 4.0, 30.0  # the rate of what was never seen
TRIGRAM_WEIGHT = 0.8  # below 1, since trigrams overlap and so repeat each other
HAND_WRITTEN_RATE = 300.0
FUNCTION_WORD_RATE = 800.0  # above it, only the list of frequent words shows that a neighbour uses the word as well


def mean(tables: list[Rates]) -> Rates:
    """The mean rate of each key over the tables."""
    total: defaultdict[str, float] = defaultdict(float)
    for table in tables:
        for key, rate in table.items():
            total[key] += rate
    return {key: rate / len(tables) for key, rate in total.items()}


def per_million(counts: Mapping[str, float]) -> Rates:
    size = sum(counts.values()) or 1.0
    return {key: count * 1e6 / size for key, count in counts.items()}


def count_words(file: Path, language: str) -> Counter[str]:
    """Words that are no names (small, or first in the line), less lines that were left untranslated."""
    counts: Counter[str] = Counter()
    for line in file.read_text(encoding="utf-8").splitlines():
        found = words(line)
        if language != "eng" and sum(word.lower() in ENGLISH for word in found) > 0.15 * len(found):
            continue
        counts.update(word.lower() for i, word in enumerate(found) if i == 0 or word[0].islower() or len(word) == 1)
    return counts


def weigh_trigrams(counts: Counter[str]) -> Rates:
    """Trigrams of the words, each word by the square root of its count, since common words have rows of their own."""
    found: defaultdict[str, float] = defaultdict(float)
    for word, count in counts.items():
        for trigram in trigrams(word) if len(word) > 1 else []:
            found[trigram] += sqrt(count)
    return found


def spelled(path: Path, vocabulary: list[str]) -> set[str]:
    """The words of the vocabulary that the dictionary ``path`` (without ending) accepts."""
    command = ["hunspell", "-i", "UTF-8", "-d", str(path.resolve()), "-l"]
    done = subprocess.run(command, input="\n".join(vocabulary), text=True, capture_output=True, check=True)
    return set(vocabulary) - set(done.stdout.split("\n"))


def dictionary_trigrams(path: Path) -> Rates:
    head = path.with_suffix(".aff").read_bytes()
    text = path.with_suffix(".dic").read_text(encoding="utf-8" if b"SET UTF-8" in head else "latin-1")
    entries = (line.split("/")[0].split("\t")[0].strip() for line in text.splitlines())
    return per_million(weigh_trigrams(Counter({word for word in entries if word.isalpha() and word.islower()})))


def top(rates: Rates, count: int) -> list[str]:
    return sorted(rates, key=lambda key: (-rates[key], key))[:count]


def share_spelling(rates: dict[str, Rates], vocabulary: list[str], dictionaries: Path) -> None:
    """Give each word that a language spells like a neighbour the neighbour's rate. Bokmål and Nynorsk are no
    neighbours here: their texts are of one kind, and compare as they are."""
    original = {language: dict(table) for language, table in rates.items()}
    for language, stoplist in STOPLISTS.items():
        frequent = {word.lower() for word in justext.get_stoplist(stoplist)} | HAND_WRITTEN.get(language, set())
        neighbours = [n for n in STOPLISTS if n != language and {n, language} != {"nob", "nno"}]
        for word in spelled(dictionaries / language, vocabulary):
            highest = max(original[n].get(word, 0.0) for n in neighbours)
            if highest < FUNCTION_WORD_RATE or word in frequent:
                rates[language][word] = max(rates[language].get(word, 0.0), highest)


def rows(rates: dict[str, Rates], vocabulary: list[str], floor: float, weight: float) -> list[str]:
    """A line for each key that tells languages apart: how far each language falls short of the best, in UNIT nats."""
    lines = []
    for key in vocabulary:
        logs = [log(rates[language].get(key, 0.0) + floor) for language in LANGUAGES]
        short = [round((max(logs) - value) * weight / UNIT) for value in logs]
        if max(short) * UNIT >= 1:
            lines.append(f"{key}\t{''.join(chr(48 + step) for step in short)}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("dictionaries", type=Path)
    options = parser.parse_args()
    word_rates: dict[str, Rates] = {}
    trigram_rates: dict[str, Rates] = {}
    for language in LANGUAGES:
        counts = [count_words(file, language) for file in sorted((options.texts / language).glob("*.txt"))]
        word_rates[language] = mean([per_million(c) for c in counts])
        trigram_rates[language] = mean([per_million(weigh_trigrams(c)) for c in counts])
    for language, listed in HAND_WRITTEN.items():
        for word in listed:
            word_rates[language][word] = max(word_rates[language].get(word, 0.0), HAND_WRITTEN_RATE)
    for language in STOPLISTS:
        trigram_rates[language] = mean([trigram_rates[language], dictionary_trigrams(options.dictionaries / language)])

    chosen = set().union(*HAND_WRITTEN.values(), *(top(word_rates[n], WORDS_KEPT[n in READ]) for n in LANGUAGES))
    vocabulary = sorted(word for word in chosen if len(word) < 25)
    share_spelling(word_rates, vocabulary, options.dictionaries)
    pieces = sorted(set().union(*(top(trigram_rates[n], TRIGRAMS_KEPT[n in READ]) for n in LANGUAGES)))
    whole_words = {n: {f"^{word}$": rate for word, rate in table.items()} for n, table in word_rates.items()}
    lines = rows(whole_words, [f"^{word}$" for word in vocabulary], WORD_FLOOR, 1.0)
    lines += rows(trigram_rates, pieces, TRIGRAM_FLOOR, TRIGRAM_WEIGHT)
    PROFILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
