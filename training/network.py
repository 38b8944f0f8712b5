"""The network in torch: a BERT encoder (Devlin et al. 2019) as multilingual-e5-small has it, and the heads.

Words, not pieces, are what the heads look at: each word stands for itself with the vector of its first piece.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kildespor.attribution.decode import ACTS, KINDS, SOURCE_KINDS
from kildespor.attribution.scorer import ROLES
from training.weights import read_tensors

WIDTH, HEAD, HEADS, INNER, POSITIONS = 384, 32, 12, 1536, 512
LAYERS = 12
LAYOUT = (3, 4, 4)
PAIR = 128
DROPOUT = 0.1
NEAR = 9
FARTHEST = 24


class Layer(nn.Module):
    """Self-attention with so many heads and a feed-forward so wide inside, normalised after each (post-norm)."""

    def __init__(self, heads: int = HEADS, inner: int = INNER) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(WIDTH, 3 * heads * HEAD)
        self.out = nn.Linear(heads * HEAD, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, inner)
        self.down = nn.Linear(inner, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        b, t, _ = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, HEAD).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        attended = self.out(attended.transpose(1, 2).reshape(b, t, self.heads * HEAD))
        x = self.norm1(x + F.dropout(attended, DROPOUT, self.training))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), DROPOUT, self.training))


class Encoder(nn.Module):
    """Pieces, with their layout features where they have any, to vectors: (b, t) to (b, t, 384)."""

    def __init__(self, vocabulary: int, layers: int, heads: int = HEADS, inner: int = INNER) -> None:
        super().__init__()
        self.word = nn.Embedding(vocabulary, WIDTH)
        self.position = nn.Embedding(POSITIONS, WIDTH)
        self.layout = nn.ModuleList(nn.Embedding(n, WIDTH) for n in LAYOUT)
        for table in self.layout:
            nn.init.zeros_(table.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(heads, inner) for _ in range(layers))

    def forward(self, ids: Tensor, layout: Tensor | None, mask: Tensor) -> Tensor:
        x = self.word(ids) + self.position.weight[: ids.shape[1]]
        for i, table in enumerate(self.layout if layout is not None else ()):
            x = x + table(layout[..., i])
        x = self.norm(x)
        for layer in self.layers:
            x = layer(x, mask)
        return x


class PairScorer(nn.Module):
    """For every anchor and every word of its window, what the word is to that attribution.

    A two-layer scorer on anchor, word and how far apart they stand, then two convolutions along the words, since roles
    come in stretches. Gives logits (a, w, roles) and a summary of each anchor (a, 2 * pair).
    """

    def __init__(self, pair: int) -> None:
        super().__init__()
        self.anchor = nn.Linear(WIDTH, pair)
        self.word = nn.Linear(WIDTH, pair)
        self.distance = nn.Embedding(2 * FARTHEST + 1, pair)
        self.sentence = nn.Embedding(2 * NEAR + 1, pair)
        self.paragraph = nn.Embedding(2 * NEAR + 1, pair)
        self.mix = nn.Linear(pair, pair)
        self.norms = nn.ModuleList(nn.LayerNorm(pair) for _ in range(3))
        self.near = nn.Linear(3 * pair, pair)
        self.wide = nn.Linear(3 * pair, pair)
        self.role = nn.Linear(pair, len(ROLES))
        for table in (self.distance, self.sentence, self.paragraph):
            nn.init.normal_(table.weight, std=0.1)
        nn.init.constant_(self.role.bias, -4.0)

    def forward(
        self, anchors: Tensor, words: Tensor, steps: Tensor, sentences: Tensor, paragraphs: Tensor
    ) -> tuple[Tensor, Tensor]:
        z = self.anchor(anchors)[:, None] + self.word(words)
        z = z + self.distance(steps) + self.sentence(sentences) + self.paragraph(paragraphs)
        z = z + self.mix(F.gelu(self.norms[0](z)))
        z = z + self.near(_neighbours(F.gelu(self.norms[1](z)), 1))
        z = z + self.wide(_neighbours(F.gelu(self.norms[2](z)), 3))
        z = F.gelu(z)
        return self.role(z), torch.cat([z.amax(1), z.mean(1)], -1)


class Coreference(nn.Module):
    """Which words head a phrase that refers, to what earlier one, and how far it reaches (Dobrovolskii 2021)."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Sequential(nn.Linear(WIDTH, PAIR), nn.GELU(), nn.Linear(PAIR, 1))
        self.later, self.earlier = nn.Linear(WIDTH, PAIR), nn.Linear(WIDTH, PAIR)
        self.query, self.key = nn.Linear(WIDTH, PAIR), nn.Linear(WIDTH, PAIR)
        self.distance = nn.Embedding(FARTHEST + 1, PAIR)
        self.alike = nn.Embedding(2, PAIR)
        self.norm = nn.LayerNorm(PAIR)
        self.score = nn.Linear(PAIR, 1)
        self.opens, self.closes, self.inside = (nn.Linear(WIDTH, PAIR) for _ in range(3))

    def antecedents(self, heads: Tensor, at: Tensor, form: Tensor) -> Tensor:
        """Logits (k, k) that each head's phrase refers to what an earlier one does; referring to none has 0.

        ``heads`` (k, 384) in order, ``at`` (k,) their word numbers, ``form`` (k,) equal where they are written alike.
        """
        steps = bucket((at[:, None] - at[None]).clamp(min=0)) - FARTHEST
        z = self.later(heads)[:, None] + self.earlier(heads)[None]
        z = z + self.distance(steps) + self.alike((form[:, None] == form[None]).long())
        return self.score(F.gelu(self.norm(z))).squeeze(-1) + self.query(heads) @ self.key(heads).T / PAIR**0.5

    def reach(self, heads: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (k, w) of the first and the last word of each head's phrase."""
        inside = self.inside(words).T / PAIR**0.5
        return self.opens(heads) @ inside, self.closes(heads) @ inside


class Scores(NamedTuple):
    """Logits: ``roles`` (a, w, 8) and the attributes of each anchor (a, 3), (a, 5), (a, 3)."""

    roles: Tensor
    kind: Tensor
    act: Tensor
    source_kind: Tensor


class Network(nn.Module):
    """Encoder and heads."""

    def __init__(self, vocabulary: int, layers: int, tags: int, relations: int, parts: int, pair: int = PAIR) -> None:
        super().__init__()
        self.encoder = Encoder(vocabulary, layers)
        self.anchor = nn.Sequential(nn.Linear(WIDTH, PAIR), nn.GELU(), nn.Linear(PAIR, 1))
        nn.init.constant_(self.anchor[2].bias, -3.0)
        self.pairs = PairScorer(pair)
        self.attributes = nn.Sequential(nn.Linear(WIDTH + 2 * pair, PAIR), nn.GELU())
        self.kind = nn.Linear(PAIR, len(KINDS))
        self.act = nn.Linear(PAIR, len(ACTS))
        self.source_kind = nn.Linear(PAIR, len(SOURCE_KINDS))
        self.name = nn.Linear(WIDTH, tags)
        self.part = nn.Linear(WIDTH, parts)
        self.coreference = Coreference()
        self.dependent = nn.Linear(WIDTH, PAIR + 1)
        self.governor = nn.Linear(WIDTH, PAIR)
        self.relation = nn.Sequential(nn.Linear(2 * WIDTH, PAIR), nn.GELU(), nn.Linear(PAIR, relations))

    def words(self, ids: Tensor, layout: Tensor, first: Tensor, mask: Tensor) -> Tensor:
        """(b, t) pieces to (b, w, 384) words."""
        hidden = self.encoder(ids, layout, mask)
        return hidden.gather(1, first[..., None].expand(-1, -1, WIDTH))

    def scores(self, words: Tensor, window: Tensor, at: Tensor, sentence: Tensor, paragraph: Tensor) -> Scores:
        """The heads for anchors at word ``at`` of window ``window`` (both (a,)), over words (b, w, 384)."""
        anchors = words[window, at]
        steps = bucket(torch.arange(words.shape[1], device=words.device)[None] - at[:, None])
        near = lambda n: (n[window] - n[window, at][:, None]).clamp(-NEAR, NEAR) + NEAR  # noqa: E731
        roles, summary = self.pairs(anchors, words[window], steps, near(sentence), near(paragraph))
        x = self.attributes(torch.cat([anchors, summary], -1))
        return Scores(roles, self.kind(x), self.act(x), self.source_kind(x))


def layers(weights: Mapping[str, Tensor]) -> int:
    """How many layers the encoder of a checkpoint has."""
    return 1 + max(int(k.split(".")[2]) for k in weights if k.startswith("encoder.layers."))


def network_of(weights: Mapping[str, Tensor], tags: int, relations: int, parts: int) -> Network:
    """The network of a checkpoint's weights, as deep and wide as they are."""
    pair = len(weights["pairs.anchor.weight"])
    vocabulary = len(weights["encoder.word.weight"])
    network = Network(vocabulary, layers(weights), tags, relations, parts, pair)
    heads = len(weights["encoder.layers.0.qkv.bias"]) // (3 * HEAD)
    network.encoder = Encoder(vocabulary, layers(weights), heads, len(weights["encoder.layers.0.up.bias"]))
    network.load_state_dict(weights)
    return network


def bucket(steps: Tensor) -> Tensor:
    """Signed distances in words to 49 buckets: exact up to 8, then logarithmic."""
    size = steps.abs().float()
    far = 8 + 4 * torch.log2(size.clamp(min=8) / 8)
    scaled = torch.where(size <= 8, size, far).clamp(max=FARTHEST).long()
    return scaled * steps.sign() + FARTHEST


def _neighbours(z: Tensor, step: int) -> Tensor:
    padded = F.pad(z, (0, 0, step, step))
    return torch.cat([padded[:, : -2 * step], z, padded[:, 2 * step :]], -1)


def load_e5(encoder: Encoder, e5: Path, kept: Path) -> None:
    """Fill an encoder with the lower layers of multilingual-e5-small out of the wheel's file ``e5``; ``kept`` names the
    file of the pieces that :mod:`training.vocabulary` keeps."""
    tensors = {name: torch.from_numpy(values.copy()) for name, values in read_tensors(e5).items()}
    state = encoder.state_dict()
    state["word.weight"] = tensors["emb.word"].view(-1, WIDTH)[json.loads(kept.read_text())]
    state["position.weight"] = tensors["emb.pos"].view(-1, WIDTH) + tensors["emb.type"].view(-1, WIDTH)[0]
    state["norm.weight"], state["norm.bias"] = tensors["emb.ln.w"], tensors["emb.ln.b"]
    names = {"out": "ao", "norm1": "aln", "up": "fi", "down": "fo", "norm2": "oln"}
    for i in range(len(encoder.layers)):
        for part, short in (("weight", "w"), ("bias", "b")):
            qkv = [tensors[f"l{i}.{x}.{short}"] for x in "qkv"]
            state[f"layers.{i}.qkv.{part}"] = torch.cat(qkv).view_as(state[f"layers.{i}.qkv.{part}"])
            for name, theirs in names.items():
                key = f"layers.{i}.{name}.{part}"
                state[key] = tensors[f"l{i}.{theirs}.{short}"].view_as(state[key])
    encoder.load_state_dict(state)
