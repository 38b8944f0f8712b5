"""A student begins with what of its teacher weighs most, and learns from it (:func:`training.train.losses`)."""

import copy
from pathlib import Path

import torch
from torch import nn

from training.network import HEAD, WIDTH, Layer, Network, network_of
from training.treebank import PARTS, RELATIONS, TAGS


def loaded(checkpoint: Path) -> Network:
    """The network of a checkpoint."""
    return network_of(torch.load(checkpoint)["network"], len(TAGS), len(RELATIONS), len(PARTS))


def taught(network: Network, layers: int, pair: int, heads: int, inner: int) -> Network:
    """A student that begins with the weights of ``network``: so many of its layers, evenly spaced, the last among them
    (as DistilBERT is initialised, Sanh et al. 2019), and in each those heads and inner units whose weights are largest.
    What scores pairs of words starts anew where it is of another width.
    """
    student = copy.deepcopy(network)
    if pair != len(network.pairs.anchor.weight):
        anew = Network(len(network.encoder.word.weight), 0, len(TAGS), len(RELATIONS), len(PARTS), pair)
        student.pairs, student.attributes = anew.pairs, anew.attributes
    every = network.encoder.layers
    kept = (every[round((i + 1) * len(every) / layers) - 1] for i in range(layers))
    student.encoder.layers = nn.ModuleList(_narrowed(layer, heads, inner) for layer in kept)
    return student


def _narrowed(layer: Layer, heads: int, inner: int) -> Layer:
    """A layer with those of its heads and inner units whose weights in and out, multiplied, are largest."""
    narrow = Layer(heads, inner)
    state = {name: value.clone() for name, value in layer.state_dict().items()}
    qkv, out = layer.qkv.weight.view(3, layer.heads, HEAD, WIDTH), layer.out.weight.view(WIDTH, layer.heads, HEAD)
    best = (qkv[2].norm(dim=(1, 2)) * out.norm(dim=(0, 2))).topk(heads).indices.sort().values
    state["qkv.weight"] = qkv[:, best].reshape(-1, WIDTH)
    state["qkv.bias"] = layer.qkv.bias.view(3, layer.heads, HEAD)[:, best].flatten()
    state["out.weight"] = out[:, best].reshape(WIDTH, -1)
    units = (layer.up.weight.norm(dim=1) * layer.down.weight.norm(dim=0)).topk(inner).indices.sort().values
    state["up.weight"], state["up.bias"] = layer.up.weight[units], layer.up.bias[units]
    state["down.weight"] = layer.down.weight[:, units]
    narrow.load_state_dict(state)
    return narrow
