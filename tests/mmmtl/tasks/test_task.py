"""What holds for every kind of task."""

import json

import numpy as np
import pytest
import torch

from mmmtl.compat.checkpoint import load_from_local
from mmmtl.tasks import (
    DEPTH,
    NORMAL,
    SEG,
    BinaryTask,
    ClassTask,
    DirectionTask,
    ScalarTask,
    VectorTask,
    build_tasks,
    task_definitions,
)
from tests.utils.task_kinds import (
    KINDS,
    PARTS,
    as_tensor,
    random_map,
    valid_pixels,
)

EVERY_KIND = pytest.mark.parametrize('task', KINDS, ids=lambda task: task.name)
FILLED = {
    'parts': 255, 'edge': 255, 'height': np.nan, 'metres': 0, 'inverse': -1, 'shift': 0,
    'normal': 0, 'albedo': np.nan, 'flow': np.nan, 'marked_flow': -1,
}  # fmt: skip


# Labels


@EVERY_KIND
def test_an_empty_map_has_no_valid_pixel(task):
    empty = task.empty_map((2, 3))
    shape = {1: (2, 3), 2: (2, 3, 2), 3: (2, 3, 3)}[task.channels]
    assert empty.shape == shape
    assert empty.dtype == (np.uint8 if task is PARTS else np.float32)
    np.testing.assert_array_equal(empty, np.full(shape, FILLED[task.name]))
    assert not valid_pixels(task, empty).any()


@EVERY_KIND
def test_a_mask_has_one_channel_whatever_stands_before_the_channels(task):
    label = as_tensor(random_map(task, (5, 6)))
    mask = task.valid_mask(label)
    assert mask.shape == (1, 5, 6)
    assert mask.dtype == torch.bool
    assert 0 < mask.float().mean() < 1
    assert torch.equal(task.valid_mask(label[None, None]), mask[None, None])


@EVERY_KIND
def test_a_random_label_is_valid_everywhere(task):
    label = task.random_label((4, 5), num_classes=3)
    assert label.shape == (task.channels, 4, 5)
    assert label.numpy().dtype == task.packed_type
    assert task.valid_mask(label).all()


@pytest.mark.parametrize('task', KINDS[1:], ids=lambda task: task.name)
def test_heads_find_no_number_where_there_is_no_label(task):
    label = as_tensor(random_map(task, (5, 6)))
    found = task.head_label(label)
    valid = task.valid_mask(label)
    assert torch.equal(found['gt_valid'], valid)
    assert torch.equal(found['gt_map'], torch.where(valid, label, 0))
    assert found['gt_map'].isfinite().all()
    assert found['gt_map'][valid.expand_as(label)].abs().sum() > 0


# Definitions


EVERY_FIELD = (
    ClassTask(name='parts', classes=('head', 'body'), palette=((1, 2, 3), (4, 5, 255))),
    ClassTask(name='open'),
    ClassTask(name='painted', palette=((1, 2, 3),)),
    BinaryTask(name='edge'),
    ScalarTask(name='height', unit='m', invalid=-1, min_value=0.5, max_value=80),
    ScalarTask(name='near', unit='disparity', invalid=float('nan')),
    ScalarTask(name='number', invalid=float('nan')),
    DirectionTask(name='facing'),
    VectorTask(name='flow', channels=2, along_image=True, unit='px', invalid=1e9),
    VectorTask(name='albedo', channels=3, invalid=float('nan')),
    SEG,
    DEPTH,
    NORMAL,
)


@pytest.mark.parametrize('task', EVERY_FIELD, ids=lambda task: task.name)
def test_a_definition_makes_the_task_again(task, tmp_path):
    definitions = task_definitions({task.name: task})
    again = build_tasks(definitions)[task.name]
    assert again == task
    assert type(again) is type(task)
    assert hash(again) == hash(task)
    # Plain values, which files hold: text, and checkpoints that are read with restriction.
    assert build_tasks(json.loads(json.dumps(definitions))) == {task.name: task}
    path = str(tmp_path / 'epoch_1.pth')
    torch.save(dict(state_dict={}, meta=dict(dataset_meta=dict(tasks=definitions))), path)
    stored = load_from_local(path)['meta']['dataset_meta']['tasks']
    assert build_tasks(stored) == {task.name: task}


def test_definitions_say_what_differs_from_the_defaults():
    found = [task.definition() for task in EVERY_FIELD[:5]]
    assert found == [
        dict(type='ClassTask', classes=['head', 'body'], palette=[[1, 2, 3], [4, 5, 255]]),
        dict(type='ClassTask'),
        dict(type='ClassTask', palette=[[1, 2, 3]]),
        dict(type='BinaryTask'),
        dict(type='ScalarTask', unit='m', invalid=-1, min_value=0.5, max_value=80),
    ]
    assert DEPTH.definition() == dict(type='ScalarTask', unit=None)


def test_a_reader_is_no_part_of_what_a_task_is():
    read = BinaryTask(name='edge', reader=dict(type='BoundaryReader'))
    assert read == BinaryTask(name='edge')
    assert read.definition() == dict(type='BinaryTask')
    assert 'reader' not in repr(read)


@EVERY_KIND
def test_a_description_is_plain_and_names_the_quantity(task):
    words = task.describe()
    assert json.loads(json.dumps(words)) == words
    assert words['quantity'] == task.kind


def test_kinds_are_told_apart_by_their_words():
    assert len({task.kind for task in KINDS}) == 5


# Names
