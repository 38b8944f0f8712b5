"""Articles of NARC that the attribution corpus leaves out, annotated for this project.

Their texts may not be republished, so ``annotations/NAME.json`` holds offsets alone, into the text that
:func:`article` sets from NARC's tokens; the layout is drawn as ``compile.py`` of the corpus draws it.
"""

import hashlib
import random
import re
from pathlib import Path

ANNOTATIONS = Path(__file__).parent / "annotations"
CLOSING = re.compile(r"[.,:;!?)\]»”…]+|%")


def article(path: Path, name: str) -> str:
    """The text of NARC's file ``path`` as an article; ``name`` seeds the drawing of its paragraphs."""
    lines = [sentence(re.sub(r" ?\|$", "", line).split()) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line]
    paragraph = paragraphs(lines, name)
    text = lines[0] if lines else ""
    for i in range(1, len(lines)):
        text += (" " if paragraph[i] == paragraph[i - 1] else "\n\n") + lines[i]
    return text + "\n"


def sentence(tokens: list[str]) -> str:
    """Tokens set as a sentence: punctuation closed up, straight quotation marks opened and closed in turn, a hyphen
    between spaces made the dash that it stands for."""
    out = ""
    opened: set[str] = set()
    for token in tokens:
        if token in ('"', "'"):
            out = out.rstrip(" ") + token + " " if token in opened else out + token
            opened ^= {token}
        elif CLOSING.fullmatch(token):
            out = out.rstrip(" ") + token + " "
        else:
            out += token if token in ("«", "(", "[", "„", "“") else token + " "
    return re.sub(r"(?:^| )- ", lambda m: m.group().replace("-", "–"), out.strip())


def paragraphs(lines: list[str], seed: str) -> list[int]:
    """The paragraph of each line, as ``compile.py`` of the corpus numbers them: headlines, dashes and bullets open one,
    elsewhere chance decides."""
    rng = random.Random(hashlib.sha256(seed.encode()).hexdigest())
    head = [len(line) < 90 and not re.search(r"[.!?:…]$|[.!?…][\"”»]$", line) for line in lines]
    number, out = 0, []
    for i, line in enumerate(lines):
        chance = rng.random() < 0.45
        if i < 2 or head[i] or head[i - 1] or line.startswith(("–", "-", "—", "•", "*")) or chance:
            number += 1
        out.append(number)
    return out
