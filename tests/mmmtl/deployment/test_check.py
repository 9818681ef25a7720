import numpy as np
import pytest

from mmmtl.deployment import check_export
from tests.utils.steps import SHAPE, Steps, trace

SHAPES = [SHAPE]


class File:
    """A network as if from a file, whose outputs are changed."""

    def __init__(self, network, change=lambda values: values):
        self.network, self.change = network, change

    def run(self, image):
        return {name: self.change(values) for name, values in self.network.run(image).items()}

    def run_with_answers(self, image):
        return self.run(image), [image[..., 0] >= self.network.threshold.numpy()]


def check(network, exported, **options):
    return check_export(network, trace(network), exported, SHAPES, **options)


def test_equal_networks():
    found = check(Steps(), File(Steps()), repeats=1)
    assert found.differences == {'step': 0.0}
    assert found.moved == {'step': 0.0}
    assert found.ties == 0
    assert found.network_ms > 0
    assert found.exported_ms > 0


def test_ties_that_are_decided_differently_are_counted_and_pass():
    """Reds of 100 lie on the other side of the file's threshold; one pixel of 256 has it."""
    red = np.random.default_rng(0).integers(0, 256, (*SHAPE, 3))[..., 0]
    found = check(Steps(), File(Steps(99.99999)), repeats=0)
    assert found.differences == {'step': 0.0}
    assert found.ties == (red == 100).sum() > 0
    assert found.comparisons == red.size
    assert found.moved == {'step': pytest.approx(found.ties / red.size)}
    # the largest number that is compared is 255
    assert found.largest_gap == pytest.approx(1e-5 / 255, rel=0.3)


def test_comparisons_are_no_excuse_for_other_differences():
    change = lambda values: values + 2e-3  # noqa: E731
    with pytest.raises(
        ValueError, match=r'double precision by at most 0.0006, found 0.002 \(torch: 0\)'
    ):
        check(Steps(), File(Steps(99.99999), change), repeats=0)


def test_a_comparison_of_numbers_that_are_apart_is_an_error():
    message = 'other answers at differences up to 0.012'  # 3 of 255
    with pytest.raises(ValueError, match=message):
        check(Steps(), File(Steps(97.0)), repeats=0)


def test_a_graph_that_is_not_the_network_is_an_error():
    """As when a size is part of the graph that belongs to the traced image only."""
    program = trace(Steps(gain=1.01))
    with pytest.raises(ValueError, match='the graph in torch: .* found 0.06'):
        check_export(Steps(), program, File(Steps(gain=1.01)), SHAPES, repeats=0)


class Continuous(Steps):
    def forward(self, image):
        return {'step': (image[..., 0].to(self.threshold.dtype) / 51)[:, None]}


class Inexact(Steps):
    """A network that loses digits: its result is to be the red value in 255ths."""

    def forward(self, image):
        red = image[..., 0].to(self.threshold.dtype) / 255
        return {'step': (red + 1e4 - 1e4)[:, None]}


def exact_file(error):
    exported = File(Inexact())
    exported.run = lambda image: {'step': image[..., 0][:, None] / np.float32(255) + error}
    exported.run_with_answers = lambda image: (exported.run(image), [])
    return exported


def test_a_file_may_be_as_inexact_as_torch():
    found = check(Inexact(), exact_file(0), repeats=0)
    assert found.differences['step'] > 1e-4
    assert found.torch_errors['step'] == pytest.approx(2**-11, rel=0.1)  # half a digit of 1e4
    assert found.exported_errors['step'] < 1e-6
    with pytest.raises(ValueError, match=r'by at most 0.0049, found 0.006 \(torch: 0.00049\)'):
        check(Inexact(), exact_file(0.006), repeats=0)


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (lambda step: step + 2e-3, r'step, images 32x48: .* at most 0.0005, found 0.002'),
        (lambda step: np.where(step > 4, np.nan, step), 'found nan'),
        (lambda step: step[..., 1:], r'expected outputs of the shapes .*\(1, 1, 32, 48\)'),
    ],
)
def test_wrong_outputs_are_errors(change, message):
    exported = File(Continuous(), change)
    exported.run_with_answers = lambda image: (exported.run(image), [])
    with pytest.raises(ValueError, match=f'(?i){message}'):
        check(Continuous(), exported, repeats=0)


def test_the_tolerance_is_relative_to_large_outputs():
    network, exported = Steps(gain=1000.0), File(Steps(gain=1000.0), lambda step: step + 0.5)
    found = check(network, exported, tolerance=1e-4, repeats=0)
    assert found.differences['step'] == pytest.approx(0.5, rel=1e-3)
    with pytest.raises(ValueError, match='at most 0.06'):
        check(network, exported, tolerance=1e-5, repeats=0)


def test_missing_outputs_are_errors():
    exported = File(Steps())
    exported.run = lambda image: {}
    with pytest.raises(ValueError, match='found {}'):
        check(Steps(), exported, repeats=0)
