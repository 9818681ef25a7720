import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from mmmtl.visualization import draw_confusion_matrix

MATRIX = torch.tensor([[3, 1, 0], [0, 200, 0], [0, 0, 0]])
CLASSES = ('road', 'sky', 'car')


def test_each_line_is_in_percent_of_its_class(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(Figure, 'savefig', lambda figure, *args, **kwargs: drawn.append(figure))
    draw_confusion_matrix(MATRIX, CLASSES, tmp_path / 'a.png', title='Streets')
    axis = drawn[0].axes[0]
    texts = np.array([text.get_text() for text in axis.texts]).reshape(3, 3)
    assert texts.tolist() == [['75', '25', '0'], ['0', '100', '0'], ['–'] * 3]
    assert axis.get_title() == 'Streets'
    assert [label.get_text() for label in axis.get_yticklabels()] == list(CLASSES)
    assert (axis.get_xlabel(), axis.get_ylabel()) == ('prediction', 'label')
    assert axis.texts[4].get_color() == 'white'  # on dark blue
    assert axis.texts[1].get_color() == 'black'


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(classes=CLASSES[:2]), r'matrix: expected the shape \(2, 2\), found \(3, 3\)'),
        (dict(color_theme='none'), "color_theme: expected a colour map .* found 'none'"),
        (dict(out_file='a.bmp'), 'out_file: expected a suffix'),
    ],
)
def test_mistakes(tmp_path, options, message):
    arguments = dict(matrix=MATRIX, classes=CLASSES, out_file=tmp_path / 'a.png') | options
    with pytest.raises(ValueError, match=message):
        draw_confusion_matrix(**arguments)
