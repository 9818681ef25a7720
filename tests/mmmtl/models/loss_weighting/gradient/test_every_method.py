"""What every method that looks at gradients does, GradNorm among them."""

import math

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.loss_weighting.gradient.torchjd_methods import GRADIENT_METHODS
from tests.utils.gradient_batches import (
    TASKS,
    images_and_labels,
    random_gradients,
    segmentor,
    weights_of,
)

ALL = [
    dict(type='GradNorm'),
    *(dict(type='GradientWeighting', method=method) for method in sorted(GRADIENT_METHODS)),
]


WRT = ('parameters', 'features')


def name_of(config):
    return config.get('method', config['type'])


@pytest.mark.parametrize('wrt', WRT)
@pytest.mark.parametrize('config', ALL, ids=name_of)
def test_every_method_trains(config, wrt):
    model = segmentor(dict(config, wrt=wrt))
    images, samples = images_and_labels(range(2))
    optimizer = torch.optim.Adam(
        [p for p in model.parameters() if p.requires_grad], lr=0.01, betas=(0.0, 0.9)
    )
    sums = []
    for _ in range(4):
        losses = model(images, samples, mode='loss')
        sums.append(sum(losses[f'{task}/raw'] for task in TASKS).item())
        optimizer.zero_grad()
        model.parse_losses(losses)[0].backward()
        optimizer.step()
    weighting = model.loss_weighting
    assert weighting.iterations == 4
    assert weighting.kept == 0
    assert weighting.weights.sum().item() == pytest.approx(3)
    if config.get('method') == 'Krum':  # which trains for one task at a time
        assert sorted(weighting.weights.tolist()) == [0, 0, 3]
    else:
        assert sums[-1] < sums[0]


@pytest.mark.parametrize('config', ALL, ids=name_of)
def test_gradients_that_are_not_finite_keep_the_last_weights(config):
    module = MODELS.build(dict(config, tasks=TASKS))
    before = weights_of(module, random_gradients(0))
    state = {name: value.clone() for name, value in module.state_dict().items()}
    for bad in (math.nan, math.inf):
        assert weights_of(module, {**random_gradients(1), 'depth': [bad] * 4}) == before
    assert module.kept == 2
    for name, value in module.state_dict().items():
        if name not in ('kept', 'iterations', 'gradient_scale'):
            assert torch.equal(value, state[name]), name
    assert any(weights_of(module, random_gradients(seed)) != before for seed in range(1, 9))


@pytest.mark.parametrize('config', ALL, ids=name_of)
def test_after_a_resume_the_weights_go_on_as_if_nothing_had_happened(config):
    config = dict(config, tasks=TASKS, every_n_iters=2)
    if config['type'] == 'GradientWeighting':
        config['smoothing'] = 0.3
    whole = MODELS.build(config)
    expected = [weights_of(whole, random_gradients(seed)) for seed in range(9)]
    first = MODELS.build(config)
    for seed in range(5):
        weights_of(first, random_gradients(seed))
    torch.rand(7)  # other random numbers must not matter
    second = MODELS.build(config)
    second.load_state_dict(first.state_dict())
    assert [weights_of(second, random_gradients(seed)) for seed in range(5, 9)] == expected[5:]
