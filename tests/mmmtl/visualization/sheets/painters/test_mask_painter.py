import torch

from mmmtl.tasks import BinaryTask
from mmmtl.visualization.sheets.colors import HATCH_COLORS, INVALID_COLOR, color_scalars
from mmmtl.visualization.sheets.painters import make_error_painter, make_painter
from tests.utils.painter_keys import key_colors

EDGE = BinaryTask(name='edge')


def test_no_is_black_yes_is_white_and_no_label_is_hatched():
    label = torch.tensor([[[0.0, 1.0, 255.0]]])
    painter = make_painter(EDGE, [label], [])
    black, white, unknown = (tuple(color) for color in painter.paint_label(label)[0].tolist())
    assert (black, white) == ((0, 0, 0), (255, 255, 255))
    assert unknown in HATCH_COLORS
    assert key_colors(painter) == {'no label': set(HATCH_COLORS)}
    assert painter.key.label == 'probability of edge'


def test_probabilities_are_greys_whatever_the_picture_has():
    prediction = torch.tensor([[[0.4, 0.6]]])
    painter = make_painter(EDGE, [], [prediction])
    assert painter.key.value_range == (0, 1)
    low, high = painter.paint_prediction(prediction)[0].tolist()
    assert (low, high) == ([102] * 3, [153] * 3)
    assert key_colors(painter) == {}


def test_an_error_is_the_distance_of_the_probability_from_the_label():
    label, prediction = torch.tensor([[[1.0, 0.0, 255.0]]]), torch.tensor([[[0.25, 0.0, 0.5]]])
    painter = make_error_painter(EDGE, [(label, prediction)])
    painted = painter.paint(label, prediction)
    errors = torch.tensor([[0.75, 0.0]]).numpy()
    assert (painted[:, :2] == color_scalars(errors, (0, 1), colormap='inferno')).all()
    assert painted[0, 2].tolist() == list(INVALID_COLOR)
    assert painter.key.value_range == (0, 1)
    assert painter.key.label == 'absolute error, probability of edge'
