"""What the demo's page is made of, without a browser."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmmtl.visualization import paint_mask
from mmmtl.visualization.sheets.painters import ColorBar, Legend
from tests.utils.paths import REPOSITORY

sys.path.insert(0, str(REPOSITORY / 'demo'))

from example_images import find_examples, write_examples  # noqa: E402
from keys import key_html  # noqa: E402
from mask_sheet import MaskSheet  # noqa: E402


@pytest.fixture
def masks():
    return np.random.default_rng(0).random((70, 4, 8)).astype(np.float32)


def test_every_channel_is_found_where_it_is_drawn(masks):
    for chosen, first, last in ((3, 0, 63), (66, 64, 69)):
        sheet = MaskSheet(masks, chosen, aspect=0.5)
        assert (sheet.first, sheet.last) == (first, last)
        picture = sheet.draw()
        height, width = sheet.cell
        assert (height, width) == (80, 160)
        for index in range(last - first + 1):
            row, column = divmod(index, 8)
            top, left = 4 + row * (height + 4), 4 + column * (width + 4)
            cell = picture[top : top + height, left : left + width]
            expected = paint_mask(masks[first + index], sheet.cell)
            assert (cell[height // 2 :] == expected[height // 2 :]).all()  # below the number
            assert sheet.channel_at(left + width // 2, top + height // 2) == first + index
            sides = (
                picture[[top - 2, top + height + 2], left],
                picture[top, [left - 2, left + width + 2]],
            )
            framed = (np.array(sides) == (230, 60, 40)).all()
            assert framed == (first + index == chosen)


def test_a_click_beside_the_channels_is_one_on_the_last(masks):
    sheet = MaskSheet(masks, 66, aspect=0.5)
    height, width = sheet.draw().shape[:2]
    assert sheet.channel_at(width - 1, height - 1) == 69


def test_keys():
    bar = key_html(ColorBar('depth <m>', (0.5, 20), 'magma', Legend(())))
    assert 'depth &lt;m&gt;' in bar
    assert '<span>0.5</span>' in bar
    assert '<span>20</span>' in bar
    assert bar.index('#000004') < bar.index('#fcfdbf')  # the first and last colour of magma
    red = np.full((24, 24, 3), (255, 0, 0), np.uint8)
    legend = key_html(Legend((('wall & floor', red),)))
    assert '#ff0000' in legend
    assert 'wall &amp; floor' in legend


def test_examples(tmp_path):
    paths = write_examples(tmp_path, count=1, supersample=1)
    assert [Path(path).name for path in paths] == ['street_0.png', 'room_0.png']
    assert [Image.open(path).size for path in paths] == [(512, 256), (384, 288)]
    assert find_examples(tmp_path) == sorted(paths)
    (tmp_path / 'empty').mkdir()
    with pytest.raises(ValueError, match='--examples: expected images in .*empty, found none'):
        find_examples(tmp_path / 'empty')
