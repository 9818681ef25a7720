import numpy as np
import pytest
import torch

from mmmtl.tasks import build_tasks
from mmmtl.visualization import PanelRow, draw_panels
from mmmtl.visualization.sheets.painters import Legend, SharedPainters
from mmmtl.visualization.sheets.panel_sheet import PanelSheet

TASKS = build_tasks(
    dict(
        parts=dict(type='ClassTask', classes=('a', 'b'), palette=((200, 0, 0), (0, 200, 0))),
        height=dict(type='ScalarTask', unit='m'),
    )
)
PANEL = 48


def row(number):
    parts = torch.full((1, 32, 48), number % 2)
    height = torch.linspace(0, 1 + number, 32 * 48).view(1, 32, 48)
    image = np.full((32, 48, 3), 40 * number, np.uint8)
    return PanelRow(image, predictions=dict(parts=parts, height=height))


def test_a_sheet_that_is_drawn_again_is_that_of_the_picture_alone():
    first, second = row(0), row(1)
    painters = SharedPainters(TASKS, {'height': (0, 2)})
    sheet = PanelSheet([first], TASKS, PANEL, painters)
    metainfo = {'tasks': {name: task.definition() for name, task in TASKS.items()}}
    for one in (first, second, first):
        alone = draw_panels([one], metainfo, panel_width=PANEL, painters=painters)
        np.testing.assert_array_equal(sheet.draw([one]), alone)
    np.testing.assert_array_equal(sheet.draw(), sheet.draw([first]))


def test_the_key_stays_that_of_the_first_picture():
    sheet = PanelSheet([row(0)], TASKS, PANEL)
    first, second = sheet.draw(), sheet.draw([row(3)])
    changed = np.argwhere((first != second).any(axis=-1))
    assert np.ptp(changed[:, 0]) + 1 == 32  # the panels alone


def test_a_task_that_a_picture_lacks_is_blank():
    sheet = PanelSheet([row(0)], TASKS, PANEL)
    blank = sheet.draw([PanelRow(np.zeros((32, 48, 3), np.uint8))])
    assert (blank == 244).all(axis=-1).sum() >= 2 * 32 * 48
    assert not (blank == (200, 0, 0)).all(axis=-1)[:-60].sum()


def test_keys_of_ones_own_and_opacity():
    key = Legend((('own', np.full((24, 24, 3), (1, 2, 3), np.uint8)),))
    image = PanelRow(np.full((32, 48, 3), 100, np.uint8), predictions=row(0).predictions)
    sheet = PanelSheet([image], TASKS, PANEL, keys={'parts': key}, opacity=0.5)
    picture = sheet.draw()
    assert (picture == (1, 2, 3)).all(axis=-1).any()
    assert (picture == (150, 50, 50)).all(axis=-1).sum() == 32 * 48


def test_what_is_no_row():
    with pytest.raises(ValueError, match='at least one row'):
        PanelSheet([], TASKS)
    with pytest.raises(ValueError, match='image: expected uint8'):
        PanelSheet([PanelRow(np.zeros((4, 4), np.uint8))], TASKS)
