"""The exported graph is a faster way to what the network itself says."""

import pytest

torch = pytest.importorskip("torch", reason="training is an extra of its own")
pytest.importorskip("onnx", reason="training is an extra of its own")

from training import network as net  # noqa: E402
from training.export import Exported, Rows, attention  # noqa: E402

WORDS = 30


@pytest.fixture(scope="module")
def network() -> net.Network:
    torch.manual_seed(7)
    return net.Network(vocabulary=50, layers=1, tags=5, relations=4, parts=4).eval()


@pytest.fixture(scope="module")
def window() -> dict[str, torch.Tensor]:
    each = torch.arange(WORDS)
    return {"words": torch.randn(WORDS, net.WIDTH), "sentence": each // 7, "paragraph": each // 15, "form": each % 4}


def test_anchors_are_scored_as_by_the_network(network, window):
    at = torch.tensor([0, 4, 29])
    words, sentence, paragraph = window["words"], window["sentence"], window["paragraph"]
    with torch.no_grad():
        theirs = network.scores(words[None], torch.zeros_like(at), at, sentence[None], paragraph[None])
        ours = Exported(network).scores(words, at, sentence, paragraph)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_each_phrase_is_held_against_every_earlier_one(network, window):
    with torch.no_grad():
        head, antecedent, _, _ = Exported(network).references(window["words"], window["form"])
        theirs = network.coreference.antecedents(window["words"][head], head, window["form"][head])
    assert len(head) > 1
    torch.testing.assert_close(antecedent.tril(-1), theirs.tril(-1), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("heads", "inner"), [(net.HEADS, net.INNER), (5, 64)])
def test_a_layer_spelt_out_gives_what_the_network_does(heads, inner):
    layer, x = net.Layer(heads, inner).eval(), torch.randn(1, 11, net.WIDTH)
    with torch.no_grad():
        theirs = layer(x, None)
        torch.testing.assert_close(attention(layer, x, None), theirs, atol=1e-5, rtol=1e-5)


def test_a_table_in_8_bits_is_off_by_half_a_step_of_its_row_at_most():
    table = torch.randn(20, net.WIDTH) * torch.logspace(-3, 1, 20)[:, None]
    table[3] = 0
    kept = Rows(table)(torch.arange(20))
    step = table.abs().amax(1, keepdim=True) / 127
    assert ((kept - table).abs() <= 0.501 * step).all()
