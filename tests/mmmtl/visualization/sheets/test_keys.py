"""Keys stay within the width that they are given."""

import numpy as np
import pytest

from mmmtl.visualization.sheets.canvas import Canvas, text_width
from mmmtl.visualization.sheets.keys import draw_key, key_height
from mmmtl.visualization.sheets.painters import ColorBar, Legend

TEXT = 20
X, Y = 30, 10
LABEL = 'absolute error, inverse depth [p / 65535]'


def swatch(*color):
    return np.full((24, 24, 3), color, np.uint8)


def legend(*names):
    return Legend(tuple((name, swatch(index, 200, 0)) for index, name in enumerate(names)))


def bar(label, *extra):
    return ColorBar(label, (0.0, 1.0), 'magma', legend(*extra))


@pytest.fixture
def written(monkeypatch):
    """Left and right end, height and text of what is written."""
    lines = []
    write = Canvas.write

    def remember(self, text, x, y, size, align='center', **kwargs):
        left = x - text_width(text, size) * dict(left=0, center=0.5, right=1)[align]
        lines.append((left, left + text_width(text, size), y, text))
        write(self, text, x, y, size, align, **kwargs)

    monkeypatch.setattr(Canvas, 'write', remember)
    return lines


def draw(key, width):
    canvas = Canvas(X + width + 30, Y + key_height(key, width, TEXT) + 10)
    draw_key(canvas, key, X, Y, width, TEXT)
    return canvas.render()


def test_a_long_label_is_broken_between_words_but_not_within_the_unit(written):
    draw(bar(LABEL), 300)
    lines = [text for *_, text in written if not text[0].isdigit()]
    assert lines == ['absolute error, inverse depth', '[p / 65535]']


@pytest.mark.parametrize('width', [200, 300, 600, 1200])
@pytest.mark.parametrize(
    'key',
    [
        bar(LABEL),
        bar(LABEL, 'no label'),
        legend('flat', 'construction', 'object', 'nature', 'sky', 'human', 'vehicle', 'no label'),
    ],
)
def test_nothing_is_written_outside(written, key, width):
    picture = draw(key, width)
    tick = TEXT  # numbers of the first and last tick stand in the middle of the bar's ends
    assert min(left for left, *_ in written) >= X - tick
    assert max(right for _, right, *_ in written) <= X + width + tick
    inked = (picture != 255).any(axis=-1)
    assert np.flatnonzero(inked.any(axis=1))[-1] < Y + key_height(key, width, TEXT) + 2
    assert len({(left, y) for left, _, y, _ in written}) == len(written)


def test_no_label_stands_beside_the_label_if_there_is_room(written):
    heights = {}
    for width in (200, 1200):
        written.clear()
        draw(bar(LABEL, 'no label'), width)
        heights[width] = {text: y for _, _, y, text in written}
    assert heights[1200]['no label'] == pytest.approx(heights[1200][LABEL], abs=1)
    assert heights[200]['no label'] > heights[200]['[p / 65535]'] + TEXT / 2


def test_columns_of_a_legend_are_as_wide_as_their_own_entries(written):
    draw(legend('a', 'long name', 'b', 'c', 'd', 'e'), 280)
    lefts = {text: left for left, _, _, text in written}
    heights = {text: y for _, _, y, text in written}
    assert lefts['a'] == lefts['c']
    assert heights['a'] == heights['long name'] == heights['b'] < heights['c']
    assert lefts['b'] - lefts['long name'] > lefts['long name'] - lefts['a'] + TEXT


def test_an_entry_that_is_too_wide_stands_alone(written):
    draw(legend('a', 'x' * 30), 100)
    assert written[0][2] < written[1][2]


def test_a_key_without_entries_needs_no_room():
    assert key_height(Legend(()), 200, TEXT) == 0
