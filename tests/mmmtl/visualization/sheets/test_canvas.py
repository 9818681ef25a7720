import numpy as np
import pytest

from mmmtl.visualization.sheets.canvas import Canvas, text_width


def inked(picture):
    """First and last row, first and last column that are not white."""
    rows, columns = np.nonzero((picture != 255).any(axis=-1))
    return rows.min(), rows.max(), columns.min(), columns.max()


def test_images_and_rectangles_keep_their_pixels():
    canvas = Canvas(40, 30)
    image = np.random.default_rng(0).integers(0, 256, (10, 12, 3), dtype=np.uint8)
    canvas.paste(image, x=5, y=7)
    canvas.fill((1, 2, 3), x=20, y=1, width=4, height=2)
    expected = np.full((30, 40, 3), 255, np.uint8)
    expected[7:17, 5:17] = image
    expected[1:3, 20:24] = (1, 2, 3)
    np.testing.assert_array_equal(canvas.render(), expected)


@pytest.mark.parametrize(
    ('align', 'left', 'right'), [('left', 100, 200), ('center', 50, 150), ('right', 0, 100)]
)
def test_text_stands_where_it_is_aligned(align, left, right):
    canvas = Canvas(200, 60)
    canvas.write('wall', 100, 30, size=20, align=align)
    top, bottom, first, last = inked(canvas.render())
    assert left <= first < last <= right
    assert 15 < top < 30 < bottom < 45
    assert last - first == pytest.approx(text_width('wall', 20), abs=3)


def test_text_can_be_upright():
    canvas = Canvas(100, 200)
    canvas.write('a long line', 50, 100, size=20, rotation=90)
    top, bottom, first, last = inked(canvas.render())
    assert bottom - top == pytest.approx(text_width('a long line', 20), abs=3)
    assert last - first < 25


def test_widths_grow_with_text_size_and_weight():
    assert text_width('mm', 20) == pytest.approx(2 * text_width('m', 20), rel=0.1)
    assert text_width('word', 40) == pytest.approx(2 * text_width('word', 20), rel=0.02)
    assert text_width('word', 20, bold=True) > text_width('word', 20)
    assert text_width('', 20) == text_width('  ', 20) == 0


def test_dollars_are_no_formula():
    canvas = Canvas(200, 60)
    canvas.write('$x^2$', 10, 30, size=20, align='left')
    _, _, first, last = inked(canvas.render())
    assert last - first == pytest.approx(text_width('$x^2$', 20), abs=3)
    assert text_width('$x^2$', 20) > text_width('x2', 20) + 15
