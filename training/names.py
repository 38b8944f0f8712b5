"""Labels of names and coreference for the newly written articles, which no treebank has: drawn from whom their
annotation names as sources.

A weak supervision: the named entities are labelled wherever they stand, words in small letters are labelled no name,
and all other words are left out of account.
"""

import re

import numpy as np
from numpy.typing import NDArray

from kildespor.language.encoding import Encoded
from kildespor.sources.register import shipped_register
from training.coreference import Reference, head_of
from training.corpus import MISSING, words_of
from training.treebank import TAGS

SPOKEN = frozenset({"han", "hun", "ho", "hon", "he", "she", "Han", "Hun", "Ho", "Hon", "He", "She"})
BODIES = re.compile(
    r"(?:AS|ASA|AB|AG|Group|Bank|Energi|Havbruk|Institute|University|politi|Police|Party|kommune|avis|Avis|Times|Post|News|TV|"
    r"Radio|Bladet|bladet|Tidende|direktoratet|departementet|tilsynet|forbundet|kommisjonen|universitetet|sykehus)$"
)


def weak_names(gold: list[dict], encoded: Encoded) -> NDArray[np.int64]:
    """A name tag for each word of a written article, MISSING where the annotation does not tell."""
    text = encoded.text
    tags = np.full(len(encoded.segments.words), MISSING)
    for w, (start, end) in enumerate(encoded.segments.words):
        if not text[start:end][0].isupper() and not text[start:end][0].isdigit():
            tags[w] = 0
    for entity in sorted(_entities(gold), key=len):
        person = _is_person(entity, gold, text)
        for first, last in _mentions(entity, person, encoded):
            tags[first : last + 1] = TAGS.index("I-PER" if person else "I-ORG")
            tags[first] = TAGS.index("B-PER" if person else "B-ORG")
    return tags


def weak_reference(gold: list[dict], encoded: Encoded) -> Reference:
    """Coreference as far as the annotation tells it: each entity with its names and its source labels. What else refers
    is left out of account."""
    n = len(encoded.segments.words)
    labels = Reference(np.full(n, float(MISSING), np.float32), *(np.full(n, MISSING) for _ in range(3)))
    for number, entity in enumerate(sorted({e["entity"] for a in gold for e in (a, *a["relays"]) if e["entity"]})):
        spans = [s for a in gold for e in (a, *a["relays"]) if e["entity"] == entity for s in e["source"]]
        phrases = [(int(w[0]), int(w[-1])) for s in spans if len(w := words_of([s], encoded))]
        if entity in _entities(gold):
            phrases += _mentions(entity, _is_person(entity, gold, encoded.text), encoded)
        for first, last in sorted(set(phrases), key=lambda p: p[0] - p[1]):
            head = head_of(first, last, encoded, None)
            if labels.set[head] == MISSING:
                labels.head[head], labels.set[head] = 1, number
                labels.opens[head], labels.closes[head] = first, last
    return labels


def _mentions(entity: str, person: bool, encoded: Encoded) -> list[tuple[int, int]]:
    """First and last word of each place where an entity's name stands, shorter forms first."""
    out = []
    for form in sorted({entity, *(entity.split()[::-1][:1] if person else ())}, key=len):
        for m in re.finditer(rf"\b{re.escape(form)}s?\b", encoded.text):
            first, last = np.searchsorted(encoded.segments.words[:, 1], (m.start() + 1, m.end()))
            out.append((int(first), int(last)))
    return out


def _entities(gold: list[dict]) -> set[str]:
    named = {a["entity"] for a in gold if a["source_kind"] == "named"}
    named |= {r["entity"] for a in gold for r in a["relays"]}
    return {
        e for e in named if e and all(w[0].isupper() or w in ("von", "bin", "al", "de", "van", "2") for w in e.split())
    }


def _is_person(entity: str, gold: list[dict], text: str) -> bool:
    if len(entity.split()) < 2 or BODIES.search(entity) or shipped_register().find(entity):
        return False
    spoken = [text[s:e] for a in gold if a["entity"] == entity for s, e in a["source"]]
    surname = entity.split()[-1]
    alone = re.search(rf"(?<!{re.escape(entity.split()[-2])} )\b{re.escape(surname)}\b", text)
    quoted = any(a["entity"] == entity and a["kind"] == "direct" for a in gold)
    return any(s in SPOKEN for s in spoken) or alone is not None or quoted
