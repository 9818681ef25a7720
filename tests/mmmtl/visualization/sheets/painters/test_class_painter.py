import numpy as np
import torch

from mmmtl.tasks import SEG, ClassTask, distinct_palette
from mmmtl.visualization.sheets.colors import HATCH_COLORS, INVALID_COLOR
from mmmtl.visualization.sheets.painters import Legend, make_error_painter, make_painter
from tests.utils.painter_keys import key_colors

CLASSES = dict(classes=('road', 'car', 'tree'), palette=[(9, 8, 7), (0, 200, 0), (0, 0, 200)])


def test_classes_have_the_palette_s_colours_and_no_label_is_hatched():
    label, prediction = torch.tensor([[[0, 1, 255]]]), torch.tensor([[[2, 1, 0]]])
    painter = make_painter(SEG.completed(CLASSES), [label], [prediction])
    assert painter.paint_prediction(prediction).tolist() == [[[0, 0, 200], [0, 200, 0], [9, 8, 7]]]
    painted = painter.paint_label(label)
    assert painted.dtype == np.uint8
    assert painted[0, :2].tolist() == [[9, 8, 7], [0, 200, 0]]
    assert tuple(painted[0, 2]) in HATCH_COLORS
    assert key_colors(painter) == dict(
        road=(9, 8, 7), car=(0, 200, 0), tree=(0, 0, 200), **{'no label': set(HATCH_COLORS)}
    )


def test_a_key_of_many_classes_has_those_of_the_picture():
    names, palette = [f'c{i}' for i in range(20)], [(i, i, i) for i in range(20)]
    label, prediction = torch.tensor([[[19, 3]]]), torch.tensor([[[3, 7]]])
    task = ClassTask(name='parts', classes=names, palette=palette)
    painter = make_painter(task, [label], [prediction])
    assert key_colors(painter) == dict(c3=(3, 3, 3), c7=(7, 7, 7), c19=(19, 19, 19))


def test_classes_without_names_have_numbers_and_colours_of_their_own():
    painter = make_painter(SEG, [], [torch.tensor([[[0, 2]]])])
    assert key_colors(painter) == dict(zip('012', distinct_palette(3), strict=True))


def test_each_task_of_classes_has_the_names_and_colours_of_its_own_definition():
    parts = ClassTask(name='parts', classes=('head', 'legs'), palette=((1, 2, 3), (4, 5, 6)))
    ids = torch.tensor([[[0, 1]]])
    assert key_colors(make_painter(parts, [ids], [])) == dict(head=(1, 2, 3), legs=(4, 5, 6))
    seg = make_painter(SEG.completed(CLASSES), [ids], [])
    assert seg.paint_label(ids).tolist() == [[[9, 8, 7], [0, 200, 0]]]


def test_classes_are_right_wrong_or_not_labelled():
    label, prediction = torch.tensor([[[1, 2, 255]]]), torch.tensor([[[1, 1, 1]]])
    painter = make_error_painter(SEG, [(label, prediction)])
    right, wrong, unknown = painter.paint(label, prediction)[0].tolist()
    assert isinstance(painter.key, Legend)
    swatches = {name: swatch[0, 0].tolist() for name, swatch in painter.key.entries}
    assert swatches == {'right': right, 'wrong': wrong, 'no label': unknown}
    assert unknown == list(INVALID_COLOR)
    assert right != wrong
    labelled = make_error_painter(SEG, [(prediction, prediction)])
    assert [name for name, _ in labelled.key.entries] == ['right', 'wrong']
