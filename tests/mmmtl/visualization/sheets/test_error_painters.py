import pytest
import torch

from mmmtl.tasks import DEPTH, NORMAL, SEG
from mmmtl.visualization.sheets.colors import INVALID_COLOR, color_scalars
from mmmtl.visualization.sheets.error_painters import make_error_painter
from mmmtl.visualization.sheets.painters import ColorBar, Legend


def test_classes_are_right_wrong_or_not_labelled():
    label, prediction = torch.tensor([[[1, 2, 255]]]), torch.tensor([[[1, 1, 1]]])
    painter = make_error_painter(SEG, [(label, prediction)], {})
    right, wrong, unknown = painter.paint(label, prediction)[0].tolist()
    assert isinstance(painter.key, Legend)
    swatches = {name: swatch[0, 0].tolist() for name, swatch in painter.key.entries}
    assert swatches == {'right': right, 'wrong': wrong, 'no label': unknown}
    assert unknown == list(INVALID_COLOR)
    assert right != wrong
    labelled = make_error_painter(SEG, [(prediction, prediction)], {})
    assert [name for name, _ in labelled.key.entries] == ['right', 'wrong']


def test_scalars_share_one_range_which_ends_at_percentile_98():
    label = torch.ones(1, 1, 101)
    prediction = label + torch.arange(101.0)  # errors 0 to 100
    label[..., -1] = 0  # not labelled: its error of 101 does not count
    painter = make_error_painter(DEPTH, [(label, prediction)], {'depth_unit': 'depth'})
    assert isinstance(painter.key, ColorBar)
    assert painter.key.label == 'absolute error, depth [m]'
    assert painter.key.value_range == pytest.approx((0, 0.98 * 99))
    assert [name for name, _ in painter.key.extra.entries] == ['no label']
    painted = painter.paint(label, prediction)
    expected = color_scalars(torch.arange(100.0)[None].numpy(), (0, 0.98 * 99), colormap='inferno')
    assert (painted[:, :100] == expected).all()
    assert painted[0, 100].tolist() == list(INVALID_COLOR)


def test_no_error_at_all_can_be_painted():
    label = torch.ones(1, 2, 3)
    painter = make_error_painter(DEPTH, [(label, label)], {})
    assert painter.key.value_range == (0, 1)
    assert painter.key.extra.entries == ()
    assert painter.paint(label, label).shape == (2, 3, 3)


def test_directions_are_compared_by_their_angle():
    up, camera = torch.tensor([0.0, -1, 0]), torch.tensor([0.0, 0, -1])
    label = torch.stack([camera, camera, torch.zeros(3)], dim=1)[:, None]
    prediction = torch.stack([2 * camera, up + camera, up], dim=1)[:, None]
    painter = make_error_painter(NORMAL, [(label, prediction)], {})
    painted = painter.paint(label, prediction)
    angles = torch.tensor([[0.0, 45.0]]).numpy()
    assert (painted[:, :2] == color_scalars(angles, (0, 45), colormap='inferno')).all()
    assert painted[0, 2].tolist() == list(INVALID_COLOR)
    assert painter.key.label == 'angular error [°]'
