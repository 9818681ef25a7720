import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.visualization import ComparisonRow, draw_comparison
from mmmtl.visualization.sheets import comparison as module

PALETTE = [[255, 0, 0], [0, 0, 255]]
METAINFO = dict(classes=('first', 'second'), palette=PALETTE, depth_unit='depth')
PANEL = 128


def constant(value, channels=1):
    return torch.full((channels, 2, 4), value)


def count(picture, color):
    """Number of panels of a colour, without their smoothed surroundings and the keys' swatches."""
    return (picture == np.array(color)).all(axis=-1).sum() // (PANEL * PANEL // 2)


@pytest.fixture
def texts(monkeypatch):
    """What is written on canvases."""
    written = []
    write = module.Canvas.write

    def remember(self, text, *args, **kwargs):
        written.append(text)
        write(self, text, *args, **kwargs)

    monkeypatch.setattr(module.Canvas, 'write', remember)
    return written


def row(**predictions):
    image = np.full((2, 4, 3), (10, 200, 30), np.uint8)
    labels = dict(seg=constant(0), depth=constant(2.0))
    return ComparisonRow(image, labels, predictions)


def test_a_block_for_each_task(texts, tmp_path):
    both = dict(seg=constant(1), depth=constant(3.0))
    rows = [row(A=both, B=both), row(A=both, B=both)]
    picture = draw_comparison(rows, METAINFO, tmp_path / 'sheet.png', panel_width=PANEL)
    assert count(picture, (10, 200, 30)) == 4  # two lines in two blocks
    assert count(picture, PALETTE[0]) == 2  # labels
    assert count(picture, PALETTE[1]) == 4  # predictions of two models
    columns = ['image', 'label', 'A', 'B']
    assert [text for text in texts if text in (*columns, 'seg', 'depth')] == [
        'seg',
        *columns,
        'depth',
        *columns,
    ]
    assert {'first', 'second', 'depth [m]'} <= set(texts)
    assert np.array_equal(np.asarray(Image.open(tmp_path / 'sheet.png')), picture)


def test_what_a_model_lacks(texts):
    """Models of single tasks have a column in their own task's block only."""
    one = row(A=dict(seg=constant(0)), B=dict(depth=constant(2.0)))
    draw_comparison([one], METAINFO, panel_width=PANEL)
    assert [text for text in texts if text in 'AB'] == ['A', 'B']

    other = row(A=dict(seg=constant(0)))  # and none of B
    unlabelled = ComparisonRow(one.image, {}, one.predictions)
    picture = draw_comparison([one, other, unlabelled], METAINFO, panel_width=PANEL)
    assert count(picture, (244, 244, 244)) == 3  # B's depth, and two labels


def test_an_image_has_a_line_where_it_has_something():
    image = np.full((2, 4, 3), (10, 200, 30), np.uint8)
    seg = ComparisonRow(image, dict(seg=constant(0)), dict(A=dict(seg=constant(1))))
    depth = ComparisonRow(image, {}, dict(A=dict(depth=constant(3.0))))
    picture = draw_comparison([seg, depth, depth], METAINFO, panel_width=PANEL)
    assert count(picture, (10, 200, 30)) == 1 + 2
    alone = draw_comparison([seg], METAINFO, panel_width=PANEL)
    np.testing.assert_array_equal(picture[: PANEL // 2], alone[: PANEL // 2])


def test_errors(texts):
    wrong = row(A=dict(seg=constant(1)))
    picture = draw_comparison([wrong], METAINFO, errors=True, panel_width=PANEL)
    assert count(picture, (200, 30, 30)) == 1
    assert {'A, error', 'right', 'wrong'} <= set(texts)


def test_errors_need_labels(texts):
    unlabelled = ComparisonRow(row().image, {}, dict(A=dict(seg=constant(1))))
    draw_comparison([unlabelled], METAINFO, errors=True, panel_width=PANEL)
    assert 'label' not in texts
    assert 'A, error' not in texts


def test_nothing_to_draw():
    for rows in ([], [row()]):
        with pytest.raises(ValueError, match='rows: expected images with predictions'):
            draw_comparison(rows, METAINFO)


def test_an_unknown_format(tmp_path):
    with pytest.raises(ValueError, match='out_file: expected a picture'):
        draw_comparison([row(A=dict(seg=constant(1)))], METAINFO, tmp_path / 'sheet.txt')


def test_the_class_of_the_image_is_written_on_it_for_each_model():
    meta = dict(tasks=dict(weather=dict(type='ImageClassTask', classes=['sun', 'rain'])))
    sun, rain = torch.eye(2).view(2, 2, 1, 1)
    image = np.full((20, 40, 3), (10, 20, 30), np.uint8)
    row = ComparisonRow(image, dict(weather=sun), dict(a=dict(weather=sun), b=dict(weather=rain)))
    picture = draw_comparison([row], meta, errors=True, panel_width=40)
    shown = (picture == image[0, 0]).all(axis=-1).sum()
    assert 2.5 * image[..., 0].size < shown < 4 * image[..., 0].size
    assert (picture == (200, 30, 30)).all(axis=-1).sum() >= image[..., 0].size  # b is wrong
