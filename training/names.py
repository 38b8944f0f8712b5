"""Name labels for the newly written articles, which no treebank has: drawn from whom their annotation names as sources.

A weak supervision: the named entities are labelled wherever they stand, words in small letters are labelled no name,
and all other words are left out of account.
"""

import re

import numpy as np
from numpy.typing import NDArray

from kildespor.language.encoding import Encoded
from kildespor.sources.register import shipped_register
from training.corpus import MISSING
from training.treebank import TAGS

PRONOUNS = frozenset({"han", "hun", "ho", "hon", "he", "she", "Han", "Hun", "Ho", "Hon", "He", "She"})
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
        forms = {entity, *(entity.split()[::-1][:1] if person else ())}
        for form in sorted(forms, key=len):
            for m in re.finditer(rf"\b{re.escape(form)}s?\b", text):
                first, last = np.searchsorted(encoded.segments.words[:, 1], (m.start() + 1, m.end()))
                tags[first : last + 1] = TAGS.index("I-PER" if person else "I-ORG")
                tags[first] = TAGS.index("B-PER" if person else "B-ORG")
    return tags


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
    return any(s in PRONOUNS for s in spoken) or alone is not None or quoted
