"""From a checkpoint to the shipped file: one ONNX graph with 8-bit weights, and its tokenizer beside it."""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional as F

from kildespor.attribution.scorer import ROLES
from training import network as net
from training.treebank import PARTS, RELATIONS, TAGS

Axes = dict[str, list[str]]
INPUTS: Axes = {"ids": ["t"], "layout": ["t"], "first": ["w"], "sentence": ["w"], "paragraph": ["w"], "threshold": []}
OUTPUTS: Axes = {
    "anchor": ["w"],
    "names": ["w"],
    "at": ["a"],
    "roles": ["a", "w"],
    "kind": ["a"],
    "act": ["a"],
    "source_kind": ["a"],
    "head": ["k"],
    "antecedent": ["k", "k"],
    "opens": ["k"],
    "closes": ["k"],
}

IN_8_BITS = ("/encoder", "/pairs/near", "/pairs/wide")
"""What the names of the products hold whose weights are kept in 8 bits."""


class Exported(nn.Module):
    """The network for one window, from pieces to probabilities.

    ``threshold`` is the probability from which on a word is scored as an anchor, and one half that from which on it
    heads a phrase; the most probable word always is and does, so that no graph runs on nothing.
    """

    def __init__(self, network: net.Network) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, ids: Tensor, layout: Tensor, first: Tensor, sentence: Tensor, paragraph: Tensor, threshold: Tensor
    ) -> tuple[Tensor, ...]:
        n = self.network
        hidden = n.encoder(ids[None], layout[None], None)[0]
        words = hidden[first]
        anchor = torch.sigmoid(n.anchor(words).squeeze(-1))
        at = torch.nonzero(anchor >= torch.minimum(threshold, anchor.max())).squeeze(-1)
        s = self.scores(words, at, sentence, paragraph)
        names = torch.softmax(n.name(words), -1)
        probabilities = (F.softmax(x, -1) for x in (s.kind, s.act, s.source_kind))
        return anchor, names, at, torch.sigmoid(s.roles), *probabilities, *self.references(words, ids[first])

    def scores(self, words: Tensor, at: Tensor, sentence: Tensor, paragraph: Tensor) -> net.Scores:
        """What the network's own ``scores`` gives for a window, each word weighed once and not once for each anchor."""
        n = self.network
        steps = net.bucket(torch.arange(words.shape[0])[None] - at[:, None])
        sentences, paragraphs = (
            (x - x[at][:, None]).clamp(-net.NEAR, net.NEAR) + net.NEAR for x in (sentence, paragraph)
        )
        roles, summary = n.pairs(words[at], words[None], steps, sentences, paragraphs)
        x = n.attributes(torch.cat([words[at], summary], -1))
        return net.Scores(roles, n.kind(x), n.act(x), n.source_kind(x))

    def references(self, words: Tensor, form: Tensor) -> tuple[Tensor, ...]:
        """The words that head a phrase; for each pair of them the logit that the later refers to what the earlier does
        (above the diagonal there is no such pair, and the values mean nothing); the first and last word of each
        phrase."""
        c = self.network.coreference
        logit = c.head(words).squeeze(-1)
        head = torch.nonzero(logit >= torch.minimum(torch.zeros(()), logit.max())).squeeze(-1)
        phrases, forms = words[head], form[head]
        later, earlier = torch.nonzero(head[:, None] >= head[None]).unbind(-1)
        z = c.later(phrases)[later] + c.earlier(phrases)[earlier]
        z = z + c.distance(net.bucket(head[later] - head[earlier]) - net.FARTHEST)
        z = z + c.alike((forms[later] == forms[earlier]).long())
        logits = c.score(F.gelu(c.norm(z))).squeeze(-1)
        antecedent = c.query(phrases) @ c.key(phrases).T / net.PAIR**0.5
        antecedent = antecedent + torch.zeros_like(antecedent).index_put((later, earlier), logits)
        opens, closes = c.reach(phrases, words)
        return head, antecedent, opens.argmax(-1), closes.argmax(-1)


class Rows(nn.Module):
    """A table of vectors in 8 bits, with a scale for each row: one scale for all makes the commonest pieces, whose
    numbers are small, coarse."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(1, keepdim=True).clamp(min=1e-12) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("steps", (table / scale).round().to(torch.int8))

    def forward(self, rows: Tensor) -> Tensor:
        return self.steps[rows].float() * self.scale[rows]


def attention(self: net.Layer, x: Tensor, mask: Tensor | None) -> Tensor:
    """A layer spelt out in the operations that ONNX Runtime knows how to run fast."""
    b, t, _ = x.shape
    q, k, v = self.qkv(x).view(b, t, 3, self.heads, net.HEAD).permute(2, 0, 3, 1, 4)
    logits = q @ k.transpose(-1, -2) * net.HEAD**-0.5
    weights = torch.softmax(logits if mask is None else logits.masked_fill(~mask, -1e4), -1)
    x = _apart(self.norm1, x + self.out((weights @ v).transpose(1, 2).reshape(b, t, self.heads * net.HEAD)))
    return _apart(self.norm2, x + self.down(F.gelu(self.up(x))))


def _apart(norm: nn.Module, x: Tensor) -> Tensor:
    """A sum normalised, with a change of shape between the two. Without it ONNX Runtime makes one operation of them
    (SkipLayerNormalization), which in 1.32 takes ten times as long on the processor."""
    normalised: Tensor = norm(x.flatten(0, -2))
    return normalised.view_as(x)


def full(model: Path) -> list[str]:
    """The products that keep full precision: all outside the encoder but the two that look along the words for each
    anchor, of which there is much to do and which lose nothing by 8 bits.

    A ``Gemm`` is first made a ``MatMul`` by the quantiser, under a name of its own.
    """
    nodes = onnx.load(model).graph.node
    products = [n.name for n in nodes if n.op_type in ("MatMul", "Gemm") and not any(x in n.name for x in IN_8_BITS)]
    return [name for product in products for name in (product, f"{product}_MatMul")]


def quantised(network: nn.Module, example: tuple[Tensor, ...], inputs: Axes, outputs: Axes) -> onnx.ModelProto:
    """A network as an ONNX graph, most of its weights in 8 bits (all but those of :func:`full`); activations are
    quantised as they come. ``inputs`` and ``outputs`` name the axes that vary."""
    net.Layer.forward = attention
    for encoder in [m for m in network.modules() if isinstance(m, net.Encoder)]:
        encoder.word = Rows(encoder.word.weight.detach())
    axes = {k: dict(enumerate(v)) for k, v in (inputs | outputs).items() if v}
    with tempfile.TemporaryDirectory() as folder:
        exported, small = Path(folder) / "exported.onnx", Path(folder) / "small.onnx"
        with torch.no_grad():
            torch.onnx.export(
                network,
                example,
                str(exported),
                input_names=list(inputs),
                output_names=list(outputs),
                dynamic_axes=axes,
                opset_version=17,
                dynamo=False,
            )
        quantize_dynamic(
            exported,
            small,
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=full(exported),
            extra_options={"MatMulConstBOnly": True},
        )
        return onnx.load(small)


def export(checkpoint: Path, tokenizer: Path, out: Path, name: str) -> None:
    """Write ``out/model.onnx`` (the encoder's weights in 8 bits; activations are quantised as they come) and
    ``out/tokenizer.json``."""
    state = torch.load(checkpoint, map_location="cpu")
    weights = state["network"]
    network = net.network_of(weights, len(TAGS), len(RELATIONS), len(PARTS))
    t, w = 40, 30
    example = (
        torch.randint(4, 1000, (t,)),
        torch.zeros(t, 3, dtype=torch.long),
        torch.arange(w),
        torch.arange(w) // 10,
        torch.arange(w) // 20,
        torch.tensor(0.3),
    )
    out.mkdir(parents=True, exist_ok=True)
    model = quantised(Exported(network).eval(), example, INPUTS, OUTPUTS)
    meta = {"name": name, "pieces": state["done"], "tags": TAGS, "roles": ROLES}
    for key, value in meta.items():
        model.metadata_props.add(key=key, value=json.dumps(value))
    onnx.save(model, out / "model.onnx")
    shutil.copy(tokenizer, out / "tokenizer.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--tokenizer", type=Path, default=Path("training/work/tokenizer.json"))
    parser.add_argument("--out", type=Path, default=Path("kildespor/attribution/shipped"))
    parser.add_argument("--name", required=True, help="what the model is called in reports, e.g. kildespor-2026.11")
    args = parser.parse_args()
    export(args.checkpoint, args.tokenizer, args.out, args.name)


if __name__ == "__main__":
    main()
