import numpy as np
import pytest
import torch
from torch import nn

from mmmtl.deployment import check_export

SHAPES = [(1, 32, 48)]


class Steps(nn.Module):
    """A network with a jump: 1 where the red value times a weight of 1 reaches 100, else 0."""

    image_type = 'uint8'

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))

    def forward(self, image):
        return (image[..., 0].float() * self.weight >= 100).float()[:, None]

    def run(self, image):
        with torch.no_grad():
            return {'step': self(torch.from_numpy(image)).numpy()}


def step_at(threshold):
    return lambda image: {'step': (image[..., 0] >= threshold).astype(np.float32)[:, None]}


def test_equal_networks():
    check = check_export(Steps(), step_at(100), SHAPES, repeats=1)
    assert check.differences == {'step': 0.0}
    assert check.undecided == {'step': 0.0}
    assert check.network_ms > 0
    assert check.exported_ms > 0


def test_a_jump_on_the_other_side_of_rounding_is_counted_but_passes():
    """Reds of 100 lie on the jump; about one pixel of 256 has it."""
    check = check_export(Steps(), step_at(101), SHAPES, repeats=0)
    assert check.differences == {'step': 0.0}
    assert 0 < check.undecided['step'] < 0.02


def test_a_jump_elsewhere_is_an_error():
    with pytest.raises(ValueError, match='for another reason than rounding'):
        check_export(Steps(), step_at(99), SHAPES, repeats=0)


class Chaos(Steps):
    """A network all of whose outputs hang on rounding."""

    def forward(self, image):
        red = image[..., 0].float() + 1
        return (red * self.weight >= red).float()[:, None]


def test_not_all_may_hang_on_rounding():
    opposite = lambda image: {'step': 1 - Chaos().run(image)['step']}  # noqa: E731
    with pytest.raises(ValueError, match='100.00% of the outputs differ by more, 0.00% for'):
        check_export(Chaos(), opposite, SHAPES, repeats=0)


def altered(change):
    return lambda image: {'step': change(step_at(100)(image)['step'])}


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (lambda step: step + 2e-4, r'step, images 32x48: .* at most 0.0001, found 0.0002'),
        (lambda step: np.where(step > 0, np.nan, step), 'found nan'),
        (lambda step: step[..., 1:], r'expected outputs of the shapes .*\(1, 1, 32, 48\)'),
    ],
)
def test_wrong_outputs_are_errors(change, message):
    with pytest.raises(ValueError, match=f'(?i){message}'):
        check_export(Steps(), altered(change), SHAPES, repeats=0)


def test_the_tolerance_is_relative_to_large_outputs():
    network = Steps()
    scaled = Steps()
    scaled.run = lambda image: {'step': 1000 * network.run(image)['step']}
    found = lambda image: {'step': 1000 * step_at(100)(image)['step'] + 0.05}  # noqa: E731
    check = check_export(scaled, found, SHAPES, tolerance=1e-4, repeats=0)
    assert check.differences['step'] == pytest.approx(0.05, rel=1e-3)
    with pytest.raises(ValueError, match='at most 0.01'):
        check_export(scaled, found, SHAPES, tolerance=1e-5, repeats=0)


def test_missing_outputs_are_errors():
    with pytest.raises(ValueError, match='found {}'):
        check_export(Steps(), lambda image: {}, SHAPES, repeats=0)
