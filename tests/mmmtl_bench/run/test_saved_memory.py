import pytest
import torch
from torch import nn

from mmmtl_bench.run.saved_memory import activation_bytes, saved_bytes
from tests.utils import small_segmentor

FLOAT = 4
HEIGHT, WIDTH = 16, 24
PIXELS = HEIGHT * WIDTH


@pytest.mark.parametrize('device', ['cpu', 'meta'])
def test_each_piece_of_memory_counts_once(device):
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.ReLU(), nn.Conv2d(4, 2, 1, bias=False)
    ).to(device)
    images = torch.ones(2, 3, HEIGHT, WIDTH, device=device)
    # the first convolution keeps the images; ReLU its result, which the second keeps too
    expected = 2 * (3 + 4) * PIXELS * FLOAT
    assert saved_bytes(lambda: network(images), network.parameters()) == expected
    # a square keeps what it squares
    squared = lambda: network(images).square().sum()  # noqa: E731
    assert saved_bytes(squared, network.parameters()) == expected + 2 * 2 * PIXELS * FLOAT
    weights = sum(parameter.numel() for parameter in network.parameters()) * FLOAT
    assert saved_bytes(lambda: network(images)) == expected + weights


def test_a_view_is_the_memory_that_it_shows():
    values = torch.ones(6, requires_grad=True)
    doubled = values * 1.0
    views = lambda: (doubled[:2] * doubled[2:4]).sum() + doubled.view(2, 3).exp().sum()  # noqa: E731
    # what was doubled, of which two views are kept; and what exp gave
    assert saved_bytes(views) == 6 * FLOAT + 6 * FLOAT
    with torch.no_grad():
        assert saved_bytes(lambda: doubled.exp()) == 0


def test_a_segmentor_is_measured_by_image():
    model = small_segmentor.build()
    size = (HEIGHT, WIDTH)
    network, whole = activation_bytes(model, size)
    assert 0 < network < whole
    assert activation_bytes(model, size, images=4) == pytest.approx((network, whole), rel=1e-2)
    large = activation_bytes(model, (4 * HEIGHT, WIDTH))
    assert large == pytest.approx((4 * network, 4 * whole), rel=1e-2)
    assert all(parameter.is_meta for parameter in model.parameters())
