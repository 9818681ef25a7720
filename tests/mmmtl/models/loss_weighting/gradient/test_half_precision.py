"""Weights of gradients that go through half precision."""

import pytest
import torch

from mmmtl.models.loss_weighting import SharedTensors
from tests.utils.gradient_batches import (
    batch_of,
    build_weighting,
    images_and_labels,
    segmentor,
    total_loss,
)


def half_batch(sizes, dtype=torch.float16):
    """Losses whose gradients go through half precision."""
    shared = torch.zeros(2, requires_grad=True)
    losses = {
        task: (shared[index].to(dtype).float() * size)
        for index, (task, size) in enumerate(sizes.items())
    }
    return batch_of(losses, SharedTensors((), (shared,)))


def test_small_gradients_do_not_vanish_in_half_precision():
    module = build_weighting('IMTL-G', tasks=('seg', 'depth'))
    weights = module(half_batch(dict(seg=1e-8, depth=3e-8))).weights
    assert weights['seg'].item() == pytest.approx(1.5, rel=1e-2)


def test_the_scale_is_halved_until_large_gradients_fit_into_half_precision():
    module = build_weighting('IMTL-G', tasks=('seg', 'depth'))
    for _ in range(6):
        module(half_batch(dict(seg=100.0, depth=20.0)))
    assert module.kept == 6
    assert module.gradient_scale == 2**9
    weights = module(half_batch(dict(seg=100.0, depth=20.0))).weights
    assert weights['seg'].item() == pytest.approx(1 / 3, rel=1e-3)


@pytest.mark.parametrize('wrt', ['parameters', 'features'])
def test_bfloat16_gives_nearly_the_same_weights(wrt):
    images, samples = images_and_labels(range(2))
    found = []
    for enabled in (False, True):
        model = segmentor(dict(type='GradientWeighting', method='IMTL-G', wrt=wrt))
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=enabled):
            total = total_loss(model, images, samples)
        total.backward()
        found.append(model.loss_weighting.weights)
    torch.testing.assert_close(found[1], found[0], rtol=0, atol=0.1)
    assert not torch.equal(found[0], found[1])
