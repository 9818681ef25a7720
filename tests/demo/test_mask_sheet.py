import numpy as np
import pytest
from mask_sheet import MaskSheet

from mmmtl.visualization import paint_mask


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


def test_a_channel_has_its_number_in_its_corner(masks):
    sheet = MaskSheet(masks, 0, aspect=0.5)
    corners = {}
    for index in (0, 7, 63):
        row, column = divmod(index, 8)
        cell = sheet.draw()[4 + row * 84 :, 4 + column * 164 :][:80, :160]
        changed = (cell != paint_mask(masks[index], sheet.cell)).any(axis=-1)
        assert changed.any()
        assert not changed[30:].any()
        assert not changed[:, 40:].any()
        corners[index] = np.flatnonzero(changed.any(axis=0))[-1]
    assert corners[0] == corners[7] < corners[63]  # two digits are wider
