import gc
import weakref

import numpy as np
import pytest
from PIL import Image

from mmmtl.apis import PictureStyle, shared_ranges
from mmmtl.apis.prediction import Prediction
from mmmtl.apis.shared_ranges import FIRST, share_ranges
from mmmtl.tasks import build_tasks
from mmmtl.visualization.sheets.painters import SharedPainters

TASKS = build_tasks(dict(height=dict(type='ScalarTask'), other=dict(type='ScalarTask')))


def predictions(count, alive=None, side=4):
    for number in range(count):
        image = np.zeros((side, side, 3), np.uint8)
        if alive is not None:
            alive.append(weakref.ref(image))
        maps = {name: np.full((side, side), number, np.float32) for name in TASKS}
        yield Prediction(str(number), 'a', image, maps)
        del image, maps


def test_the_first_predictions_decide_and_a_line_says_so(monkeypatch):
    lines = []
    monkeypatch.setattr(shared_ranges, 'print_log', lambda text, **_: lines.append(text))
    painters = SharedPainters(TASKS, {'other': (0, 1)})
    names = [one.name for one in share_ranges(predictions(50), painters, TASKS)]
    assert names == [str(number) for number in range(50)]
    low, high = painters.ranges['height']
    assert (low, high) == (pytest.approx(0), pytest.approx(FIRST - 1))
    assert painters.ranges['other'] == (0, 1)
    (said,) = lines
    assert f'first {FIRST} predictions in all pictures: --range height=0,15' in said
    assert 'other=' not in said


def test_one_prediction_decides_for_itself():
    painters = SharedPainters()
    assert len(list(share_ranges(predictions(1), painters, TASKS))) == 1
    assert painters.ranges == {}


def test_failures_do_not_decide():
    def some():
        yield Prediction('a', 'a', None, {}, ValueError('broken'))
        yield from predictions(3)

    painters = SharedPainters()
    assert len(list(share_ranges(some(), painters, TASKS, first=2))) == 4
    assert painters.ranges['height'] == (0, 1)


def test_large_pictures_are_not_waited_for():
    painters = SharedPainters()
    stream = share_ranges(predictions(40, side=1500), painters, TASKS)
    next(stream)
    assert painters.ranges['height'] == (0, 1)  # two have more than four million pixels


def test_pictures_are_not_kept():
    alive: list[weakref.ref] = []
    most = 0
    for _ in share_ranges(predictions(200, alive), SharedPainters(), TASKS):
        gc.collect(0)
        most = max(most, sum(one() is not None for one in alive))
    assert len(alive) == 200
    assert most <= FIRST + 2


def test_all_pictures_of_a_call_have_one_range(inferencer, images, tmp_path):
    dark = images[0] // 4
    out = tmp_path / 'both'
    style = PictureStyle(ranges={'depth': (-50, 50)})
    inferencer([images[0], dark], out_dir=out)
    alone = inferencer.visualize(dark, inferencer(dark))
    given = inferencer.visualize(dark, inferencer(dark), style)
    together = np.asarray(Image.open(out / 'pictures' / 'image_000001.png'))
    assert (alone != together).any()
    assert (alone != given).any()
    inferencer([images[0], dark], out_dir=out, style=style)
    np.testing.assert_array_equal(Image.open(out / 'pictures' / 'image_000001.png'), given)
