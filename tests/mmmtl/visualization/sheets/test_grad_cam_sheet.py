import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.visualization import draw_cam_sheet

IMAGE = np.full((32, 64, 3), 128, np.uint8)


def test_the_maps_stand_beside_the_image(tmp_path):
    cam = torch.zeros(32, 64)
    cam[:, 32:] = 1.0
    sheet = draw_cam_sheet(IMAGE, dict(seg=cam, depth=1 - cam), tmp_path / 'a.png', 64)
    assert np.array_equal(np.asarray(Image.open(tmp_path / 'a.png')), sheet)
    rows, columns = (sheet == 128).all(axis=2).nonzero()
    top, left = rows.min(), columns.min()
    assert np.array_equal(sheet[top : top + 32, left : left + 64], IMAGE)
    seg, depth = (sheet[top + 16, left + number * 66 :] for number in (1, 2))
    assert seg[5, 2] > seg[5, 0]  # dark blue at the left
    assert seg[60, 0] > seg[60, 2]  # red at the right
    assert depth[5].tolist() == seg[60].tolist()


def test_mistakes(tmp_path):
    with pytest.raises(ValueError, match='cams: expected at least one map, found none'):
        draw_cam_sheet(IMAGE, {})
    with pytest.raises(ValueError, match='out_file: expected a picture'):
        draw_cam_sheet(IMAGE, dict(seg=torch.zeros(32, 64)), tmp_path / 'a.xyz')
