"""A student begins with what of its teacher weighs most."""

import pytest

torch = pytest.importorskip("torch", reason="training is an extra of its own")

from training import network as net  # noqa: E402
from training.student import taught  # noqa: E402

USED_HEADS, USED_UNITS = [1, 4, 5, 11], list(range(0, 1000, 10))


@pytest.fixture(scope="module")
def teacher() -> net.Network:
    """A network whose layers use few of their heads and units."""
    torch.manual_seed(3)
    network = net.Network(vocabulary=50, layers=4, tags=5, relations=4, parts=4).eval()
    heads = torch.zeros(net.HEADS).index_fill(0, torch.tensor(USED_HEADS), 1).repeat_interleave(net.HEAD)
    units = torch.zeros(net.INNER).index_fill(0, torch.tensor(USED_UNITS), 1)
    with torch.no_grad():
        for layer in network.encoder.layers:
            layer.out.weight.mul_(heads)
            layer.down.weight.mul_(units)
    return network


def test_what_does_nothing_is_left_out_first(teacher):
    student = taught(teacher, 4, net.PAIR, len(USED_HEADS), len(USED_UNITS)).eval()
    x = torch.randn(2, 9, net.WIDTH)
    for ours, theirs in zip(student.encoder.layers, teacher.encoder.layers, strict=True):
        assert ours.out.weight.shape == (net.WIDTH, len(USED_HEADS) * net.HEAD)
        with torch.no_grad():
            torch.testing.assert_close(ours(x, None), theirs(x, None), atol=1e-5, rtol=1e-5)


def test_layers_are_kept_evenly_with_the_last(teacher):
    student = taught(teacher, 2, net.PAIR, net.HEADS, net.INNER)
    for ours, number in zip(student.encoder.layers, (1, 3), strict=True):
        theirs = teacher.encoder.layers[number].qkv.bias
        torch.testing.assert_close(ours.qkv.bias, theirs)


def test_a_checkpoint_of_any_width_is_loaded(teacher):
    student = taught(teacher, 3, 64, 4, 100)
    again = net.network_of(student.state_dict(), 5, 4, 4)
    assert {name: value.shape for name, value in again.state_dict().items()} == {
        name: value.shape for name, value in student.state_dict().items()
    }
