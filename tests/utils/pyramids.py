"""Small pyramids of random features, and the comparison of a neck with its plain version."""

from __future__ import annotations

import torch

from tests.utils.plain.layers import PlainLayers
from tests.utils.random_weights import randomise

TASKS = ('seg', 'depth', 'normal')
CHANNELS = (6, 8, 10)
SIZES = ((13, 19), (7, 10), (4, 5))


def pyramid(channels=CHANNELS, sizes=SIZES):
    generator = torch.Generator().manual_seed(3)
    return [
        torch.randn(2, width, *size, generator=generator)
        for width, size in zip(channels, sizes, strict=True)
    ]


def assert_agrees(neck, plain, training):
    """Compares all outputs with those of ``plain(features, layers)``, in double precision."""
    randomise(neck)
    neck = neck.double().train(training)
    features = [x.double() for x in pyramid()]
    expected = plain(features, PlainLayers(neck.state_dict(), training))
    with torch.no_grad():
        outputs = neck(features)
    assert list(outputs) == list(expected) == list(neck.tasks)
    for task, maps in expected.items():
        assert len(outputs[task]) == len(maps)
        for found, map_ in zip(outputs[task], maps, strict=True):
            assert map_.abs().max() > 0.1
            torch.testing.assert_close(found, map_, atol=1e-9, rtol=1e-9)
