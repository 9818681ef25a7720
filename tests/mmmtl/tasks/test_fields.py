import pytest

from mmmtl.tasks import DEPTH, EDGE_MAP, NORMAL, SEG, BinaryTask, ClassTask, fields_of
from tests.utils.errors import error_of


def test_the_fields_of_a_task_bear_its_name():
    assert tuple(fields_of('parts')) == (
        'gt_parts', 'parts_map_path', 'gt_parts', 'pred_parts', 'parts_logits',
    )  # fmt: skip
    parts = ClassTask(name='parts')
    assert parts.map_key == parts.gt_field == 'gt_parts'
    assert parts.path_key == 'parts_map_path'
    assert parts.pred_field == 'pred_parts'
    assert parts.output_field == 'parts_logits'


def test_the_known_tasks_have_those_of_mmseg():
    assert tuple(SEG.fields) == (
        'gt_seg_map', 'seg_map_path', 'gt_sem_seg', 'pred_sem_seg', 'seg_logits',
    )  # fmt: skip
    assert SEG.output_field == 'seg_logits'
    for task, name in ((DEPTH, 'depth'), (NORMAL, 'normal')):
        assert (task.map_key, task.gt_field) == (f'gt_{name}_map', f'gt_{name}_map')
        assert (task.path_key, task.pred_field) == (f'{name}_map_path', f'pred_{name}_map')
        assert task.output_field is None  # the prediction holds it all


@pytest.mark.parametrize(
    ('name', 'field', 'owner'),
    [
        ('edge_map', EDGE_MAP, "mmseg's GenerateEdge"),
        ('sem_seg', 'gt_sem_seg', "the task 'seg'"),
        ('seg_map', 'gt_seg_map', "the task 'seg'"),
        ('depth_map', 'gt_depth_map', "the task 'depth'"),
        ('normal_map', 'gt_normal_map', "the task 'normal'"),
        ('keypoints', 'gt_keypoints', "mmcv's transforms of keypoints"),
        ('bboxes', 'gt_bboxes', "mmcv's transforms of boxes"),
    ],
)
def test_a_field_that_belongs_to_something_else_is_named(name, field, owner):
    message = f'tasks.{name}: its field {field!r} belongs to {owner}; choose another name.'
    assert error_of(BinaryTask, name=name) == message
