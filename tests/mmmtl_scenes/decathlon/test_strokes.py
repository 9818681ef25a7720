from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon.camera import plain
from mmmtl_scenes.decathlon.canvas import Canvas, Pen
from mmmtl_scenes.decathlon.strokes import DIGITS, arrow, write


def drawn(text: str) -> np.ndarray:
    canvas = Canvas(plain((60, 100), (0, 0, 0)))
    write(Pen.at(canvas, size=0.7), text, 0.2, (1, 1, 1))
    return canvas.picture()[..., 0]


def test_digits_are_as_high_as_their_box() -> None:
    assert len(DIGITS) == 10
    for lines in DIGITS:
        points = np.concatenate(lines)
        assert points[:, 1].min() == -1 or abs(points[:, 1].min() + 1) < 0.01
        assert abs(points[:, 1].max() - 1) < 0.06
        assert np.abs(points[:, 0]).max() < 0.7


def test_eight_is_nearly_its_mirror_image_and_seven_is_not() -> None:
    assert np.abs(drawn('8') - drawn('8')[:, ::-1]).mean() < 0.02
    assert np.abs(drawn('7') - drawn('7')[:, ::-1]).mean() > 0.05


def test_longer_numbers_are_written_smaller_side_by_side() -> None:
    for text in ('1', '11', '111'):
        columns = drawn(text).max(axis=0) > 0.5
        assert np.count_nonzero(np.diff(columns.astype(int)) == 1) == len(text)
    heights = [np.ptp(np.nonzero(drawn(text).max(axis=1) > 0.5)[0]) for text in ('8', '88', '888')]
    assert heights[0] > heights[1] > heights[2] > 15


def test_an_arrow_points_up() -> None:
    canvas = Canvas(plain((60, 60), (0, 0, 0)))
    arrow(Pen.at(canvas), 0.3, (1, 1, 1))
    widths = (canvas.picture()[..., 0] > 0.5).sum(axis=1)
    assert widths[1] < 6  # the tip
    assert widths[22] > 30
    assert 6 <= widths[45] <= 12  # the line
