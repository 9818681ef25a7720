import torch

from mmmtl.tasks import NORMAL
from mmmtl.visualization.sheets.colors import INVALID_COLOR, color_scalars
from mmmtl.visualization.sheets.painters import make_error_painter, make_painter
from tests.utils.painter_keys import key_colors


def test_directions_have_the_colours_of_their_key():
    sides = torch.tensor([[0, 0, -1], [0, -1, 0], [0, 1, 0], [-1, 0, 0], [1, 0, 0], [0, 0, 0]])
    label = sides.float().T[:, None]
    painter = make_painter(NORMAL, [label], [])
    painted = painter.paint_label(label)[0].tolist()
    key = key_colors(painter)
    assert list(key) == ['to camera', 'up', 'down', 'left', 'right', 'no label']
    assert [tuple(color) for color in painted] == list(key.values())
    assert key['up'] == (128, 255, 128)
    longer = painter.paint_prediction(3 * label[..., :5])[0].tolist()
    assert longer == painted[:5]
    assert 'no label' not in key_colors(make_painter(NORMAL, [label[..., :5]], []))


def test_directions_are_compared_by_their_angle():
    up, camera = torch.tensor([0.0, -1, 0]), torch.tensor([0.0, 0, -1])
    label = torch.stack([camera, camera, torch.zeros(3)], dim=1)[:, None]
    prediction = torch.stack([2 * camera, up + camera, up], dim=1)[:, None]
    painter = make_error_painter(NORMAL, [(label, prediction)])
    painted = painter.paint(label, prediction)
    angles = torch.tensor([[0.0, 45.0]]).numpy()
    assert (painted[:, :2] == color_scalars(angles, (0, 45), colormap='inferno')).all()
    assert painted[0, 2].tolist() == list(INVALID_COLOR)
    assert painter.key.label == 'angular error [°]'
