import numpy as np
import pytest
import torch
from torch import nn

from mmmtl.deployment.comparisons import double_graph, run_graph
from tests.utils.steps import SHAPE, Steps, trace


def test_answers_must_fit_the_graph():
    graph = trace(Steps()).module()
    image = np.full((*SHAPE, 3), 7, np.uint8)
    run = run_graph(graph, image)
    assert [answer.any() for answer in run.answers] == [False]
    imposed = run_graph(graph, image, [~run.answers[0]])
    assert imposed.maps['step'].min() > 5
    assert imposed.overruled == run.answers[0].size
    assert imposed.largest_gap == pytest.approx(93 / 100, rel=1e-4)
    for answers, message in (
        ([], 'each of 1 comparisons, found 0'),
        (run.answers * 2, 'each of 1 comparisons, found 2'),
        ([run.answers[0][0]], r'number 1 of the shape \(1, 32, 48\), found \(32, 48\)'),
    ):
        with pytest.raises(ValueError, match=message):
            run_graph(graph, image, answers)


def test_a_graph_computes_what_the_network_computes():
    image = np.random.default_rng(0).integers(0, 256, (*SHAPE, 3), dtype=np.uint8)
    run = run_graph(trace(Steps()).module(), image)
    assert np.array_equal(run.maps['step'], Steps().run(image)['step'])
    assert np.array_equal(run.answers[0], image[..., 0] > 100)
    assert (run.overruled, run.largest_gap) == (0, 0)


def test_given_answers_that_are_those_of_the_numbers_overrule_nothing():
    image = np.random.default_rng(0).integers(0, 256, (*SHAPE, 3), dtype=np.uint8)
    graph = trace(Steps()).module()
    run = run_graph(graph, image)
    again = run_graph(graph, image, run.answers)
    assert np.array_equal(again.maps['step'], run.maps['step'])
    assert (again.overruled, again.largest_gap) == (0, 0)


class Third(nn.Module):
    """A number that float32 rounds."""

    def __init__(self):
        super().__init__()
        self.register_buffer('three', torch.tensor(3.0))

    def forward(self, image):
        return {'third': (image[..., 0].to(self.three.dtype) / self.three)[:, None]}


def test_double_precision_has_more_digits_and_leaves_the_network_as_it_is():
    network, image = Third(), np.ones((*SHAPE, 3), np.uint8)
    exact = run_graph(double_graph(network, image), image).maps['third']
    assert exact.dtype == np.float64
    assert exact[0, 0, 0, 0] == 1 / 3
    rounded = run_graph(trace(network).module(), image).maps['third']
    assert abs(float(rounded[0, 0, 0, 0]) - 1 / 3) > 1e-9
    assert network.three.dtype == torch.float32
