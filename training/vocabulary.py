"""The tokenizer of multilingual-e5-small, trimmed to the pieces that Scandinavian and English news uses.

A Unigram tokenizer (Kudo 2018) stays one when pieces are taken out: what a missing piece would have covered is spelt by
shorter ones. Kept are all pieces met in the corpora, those of the most frequent words of each language (by
``wordfreq``), and all single Latin characters and signs.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer
from wordfreq import top_n_list

SPECIAL = 4
LANGUAGES = ("nb", "da", "sv", "en")
WORDS_EACH = 60_000


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """How often each piece id stands in the texts and in the word lists (each listed word counts once, as written and
    with a capital)."""
    counts: Counter[int] = Counter()
    for text in texts:
        counts.update(tokenizer.encode(text, add_special_tokens=False).ids)
    for language in LANGUAGES:
        words = top_n_list(language, WORDS_EACH)
        for word in words:
            for written in (word, word.capitalize()):
                counts.update(tokenizer.encode(written, add_special_tokens=False).ids)
    return counts


def trimmed(tokenizer_json: Path, texts: Iterable[str], size: int) -> tuple[str, list[int]]:
    """The JSON of a tokenizer of ``size`` pieces and, for each of its ids, the id it had before.

    The four special pieces and all single Basic Latin, Latin-1 and punctuation characters are always kept, then the
    most frequent of the rest.
    """
    spec = json.loads(tokenizer_json.read_text(encoding="utf-8"))
    vocab = spec["model"]["vocab"]
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    counts = count_pieces(tokenizer, texts)
    single = [i for i, (piece, _) in enumerate(vocab) if i >= SPECIAL and _is_basic(piece)]
    chosen = set(range(SPECIAL)) | set(single)
    for piece, _ in counts.most_common():
        if len(chosen) >= size:
            break
        chosen.add(piece)
    kept = sorted(chosen)
    spec["model"]["vocab"] = [vocab[i] for i in kept]
    spec["added_tokens"] = [t for t in spec["added_tokens"] if t["id"] < SPECIAL]
    return json.dumps(spec, ensure_ascii=False), kept


def _is_basic(piece: str) -> bool:
    bare = piece.removeprefix("▁")
    return len(bare) <= 1 and all(ord(c) < 0x180 or 0x2010 <= ord(c) <= 0x2030 for c in bare)


def corpus_texts(corpus: Path) -> list[str]:
    """The texts of all corpora but those of the dev parts."""
    texts = [p.read_text("utf-8") for d in ("train", "written", "stories") for p in corpus.glob(f"{d}/**/*.txt")]
    texts += [p.read_text("utf-8") for p in corpus.glob("narc/*/train/*.txt")]
    for path in corpus.glob("ndt/*/train/*.conll"):
        texts.append(" ".join(line.split("\t")[1] for line in path.read_text("utf-8").splitlines() if "\t" in line))
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="the corpus folder")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json of multilingual-e5-small")
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--size", type=int, default=32_000)
    args = parser.parse_args()
    tokenizer, kept = trimmed(args.tokenizer, corpus_texts(args.corpus), args.size)
    args.work.mkdir(parents=True, exist_ok=True)
    (args.work / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    (args.work / "kept.json").write_text(json.dumps(kept))


if __name__ == "__main__":
    main()
