import numpy as np
import pytest
import torch

from mmmtl.tasks import build_tasks
from mmmtl.visualization.sheets.painters import SharedPainters

TASKS = build_tasks(
    dict(
        parts=dict(type='ClassTask'),
        height=dict(type='ScalarTask', unit='m'),
        flow=dict(type='VectorTask', channels=2, along_image=True),
    )
)


def test_the_first_maps_decide_for_the_later_ones():
    painters = SharedPainters()
    first = painters.painter(TASKS['height'], [], [torch.tensor([[[0.0, 100.0]]])])
    later = painters.painter(TASKS['height'], [], [torch.tensor([[[50.0, 60.0]]])])
    assert later is first
    assert painters.ranges == {'height': pytest.approx((2, 98))}
    assert first.key.value_range == painters.ranges['height']


def test_a_range_that_is_given_stays():
    painters = SharedPainters(TASKS, {'height': (0, 10), 'flow': (0, 4)})
    painter = painters.painter(TASKS['height'], [], [torch.tensor([[[5.0, 7.0]]])])
    assert painter.key.value_range == (0, 10)
    painted = painter.paint_prediction(torch.tensor([[[10.0, 99.0, 5.0]]]))[0]
    assert painted[0].tolist() == painted[1].tolist() != painted[2].tolist()
    flow = painters.painter(TASKS['flow'], [], [])
    right = torch.tensor([4.0, 0.0]).view(2, 1, 1)
    assert flow.paint_prediction(right)[0, 0].tolist() == [255, 0, 0]
    assert flow.key.entries[0][0] == '4 right'


def test_classes_have_a_painter_for_each_picture():
    painters = SharedPainters(TASKS)
    few = painters.painter(TASKS['parts'], [], [torch.zeros(1, 2, 2, dtype=torch.int64)])
    more = painters.painter(TASKS['parts'], [], [torch.full((1, 2, 2), 5)])
    assert len(few.key.entries) == 1
    assert more.paint_prediction(torch.full((1, 2, 2), 5)).dtype == np.uint8
    assert painters.ranges == {}


@pytest.mark.parametrize(
    ('ranges', 'message'),
    [
        ({'parts': (0, 1)}, r"range: expected tasks whose colours span one, \['height', 'flow'\]"),
        ({'nothing': (0, 1)}, "found 'nothing'"),
        ({'height': (1, 1)}, 'range: expected LOW < HIGH for height, found 1 and 1'),
        ({'height': (0, float('inf'))}, 'found 0 and inf'),
        ({'flow': (1, 2)}, 'range: expected lengths from 0 on for flow'),
    ],
)
def test_ranges_that_cannot_be(ranges, message):
    with pytest.raises(ValueError, match=message):
        SharedPainters(TASKS, ranges)
