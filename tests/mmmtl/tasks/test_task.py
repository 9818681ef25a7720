"""What holds for every kind of task."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

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
from tests.utils.errors import error_of
from tests.utils.task_kinds import (
    ALBEDO,
    EDGE,
    FLOW,
    HEIGHT,
    INVERSE,
    KINDS,
    MARKED_FLOW,
    METRES,
    PARTS,
    SHIFT,
    as_tensor,
    random_map,
    valid_pixels,
)

DIRECTIONS = ('horizontal', 'vertical', 'diagonal')
SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))
SEEDS = st.integers(0, 2**32 - 1)
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


# Geometry


@settings(deadline=None, max_examples=60)
@given(task=st.sampled_from(KINDS), direction=st.sampled_from(DIRECTIONS), size=SIZES, seed=SEEDS)
def test_a_flip_is_its_own_inverse(task, direction, size, seed):
    label = random_map(task, size, seed)
    once = task.flip_map(label, direction)
    assert once.dtype == label.dtype
    np.testing.assert_array_equal(task.flip_map(once, direction), label)
    axes = dict(horizontal=(1,), vertical=(0,), diagonal=(0, 1))[direction]
    assert np.array_equal(valid_pixels(task, once), np.flip(valid_pixels(task, label), axes))


@EVERY_KIND
@pytest.mark.parametrize('direction', DIRECTIONS)
def test_labels_and_predictions_are_flipped_alike(task, direction):
    label = np.nan_to_num(random_map(task, (4, 5)), nan=1.0)
    label[label == -1] = 1
    flipped = task.flip(as_tensor(label), direction)
    assert torch.equal(flipped, as_tensor(task.flip_map(label, direction)))


def test_flips_by_hand():
    def flip(task, *pixels, direction='horizontal'):
        return task.flip_map(np.array([pixels], np.float32), direction)[0].tolist()

    assert flip(PARTS, 0, 2) == flip(EDGE, 0, 2) == flip(HEIGHT, 0, 2) == flip(METRES, 0, 2)
    assert flip(METRES, 0, 2) == [2, 0]
    assert flip(NORMAL, [1, 2, 3], [4, 5, 6]) == [[-4, 5, 6], [-1, 2, 3]]
    assert flip(ALBEDO, [1, 2, 3], [4, 5, 6]) == [[4, 5, 6], [1, 2, 3]]
    assert flip(FLOW, [1, 2], [4, 5]) == [[-4, 5], [-1, 2]]
    assert flip(FLOW, [1, 2], [4, 5], direction='vertical') == [[1, -2], [4, -5]]
    assert flip(FLOW, [1, 2], [4, 5], direction='diagonal') == [[-4, -5], [-1, -2]]
    assert flip(MARKED_FLOW, [-1, -1, -1], [4, 5, 6]) == [[-4, 5, 6], [-1, -1, -1]]


@settings(deadline=None, max_examples=60)
@given(task=st.sampled_from(KINDS), factor=st.floats(0.1, 10), seed=SEEDS)
def test_a_zoom_back_is_the_inverse_and_keeps_what_is_invalid(task, factor, seed):
    label = random_map(task, (3, 4), seed)
    there = task.zoom_values(label, factor)
    assert there.dtype == label.dtype
    assert np.array_equal(valid_pixels(task, there), valid_pixels(task, label))
    np.testing.assert_allclose(task.zoom_values(there, 1 / factor), label, rtol=1e-5)


def test_zooms_by_hand():
    values = np.array([[0, 1, 8]], np.float32)
    assert METRES.zoom_values(values, 2).tolist() == [[0, 0.5, 4]]
    assert INVERSE.zoom_values(values, 2).tolist() == [[0, 2, 16]]
    assert SHIFT.zoom_values(values, 2).tolist() == [[0, 2, 16]]
    for task in (PARTS, EDGE, HEIGHT, NORMAL, ALBEDO):
        assert task.zoom_values(values, 2) is values
        assert not task.changes_with_zoom
    for task in (METRES, INVERSE, SHIFT, FLOW, MARKED_FLOW):
        assert task.changes_with_zoom
    flow = np.array([[[1, -2], [3, np.nan]]], np.float32)
    np.testing.assert_array_equal(FLOW.zoom_values(flow, 2), [[[2, -4], [6, np.nan]]])
    # The third number is none along the image; -1 in one channel alone is a number.
    flow = np.array([[[1, -1, 3], [-1, -1, -1]]], np.float32)
    assert MARKED_FLOW.zoom_values(flow, 3).tolist() == [[[3, -3, 3], [-1, -1, -1]]]


@pytest.mark.parametrize('invalid', [0, 3, -1, 1e4, float('nan')])
def test_a_pixel_without_a_label_stays_one_whatever_its_number_is(invalid):
    scalar = ScalarTask(name='near', unit='disparity', invalid=invalid)
    flow = VectorTask(name='flow', channels=2, along_image=True, invalid=invalid)
    for task in (scalar, flow):
        empty = task.empty_map((3, 3))
        np.testing.assert_array_equal(task.zoom_values(empty, 2.5), empty)
        np.testing.assert_array_equal(task.flip_map(empty, 'diagonal'), empty)
        np.testing.assert_array_equal(task.rotate_map(empty, 33), empty)


@settings(deadline=None, max_examples=40)
@given(task=st.sampled_from(KINDS), quarters=st.integers(-4, 4), size=SIZES, seed=SEEDS)
def test_a_quarter_turn_moves_whole_pixels(task, quarters, size, seed):
    label = random_map(task, size, seed)
    turned = task.rotate_map(label, 90.0 * quarters, auto_bound=True)
    expected = np.rot90(label, -quarters).copy()  # clockwise
    assert turned.dtype == label.dtype
    if task.follows_image_axes:
        labelled = np.rot90(valid_pixels(task, label), -quarters)
        x, y, *others = np.moveaxis(expected, -1, 0)
        for _ in range(quarters % 4):
            x, y = -y, x  # what pointed to the right points down
        expected[labelled] = np.stack([x, y, *others], axis=-1)[labelled]
    np.testing.assert_allclose(turned, expected, atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(task=st.sampled_from(KINDS), angle=st.floats(-180, 180), seed=SEEDS)
def test_a_turn_keeps_numbers_and_lengths(task, angle, seed):
    label = random_map(task, (8, 6), seed)
    turned = task.rotate_map(label, angle, auto_bound=True)
    valid = valid_pixels(task, turned)
    if label.ndim == 2:
        assert np.isin(turned[valid], label).all()
    else:
        lengths = np.linalg.norm(label[valid_pixels(task, label)], axis=-1)
        for length in np.linalg.norm(turned[valid], axis=-1):
            assert np.abs(lengths - length).min() < 1e-5


def test_outside_of_a_turned_map_is_no_label():
    for task in KINDS:
        label = np.ones_like(task.empty_map((4, 10)))
        turned = task.rotate_map(label, 90)
        seen = [False] * 3 + [True] * 4 + [False] * 3
        assert valid_pixels(task, turned).tolist() == [seen] * 4, task.name


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


@pytest.mark.parametrize(
    ('name', 'reason'),
    [
        ('my.task', 'letters, digits and underscores, no digit first,'),
        ('2d', 'letters, digits and underscores, no digit first,'),
        ('', 'letters, digits and underscores, no digit first,'),
        (None, 'letters, digits and underscores, no digit first,'),
        ('type', 'a name that configs and modules of torch do not use themselves'),
        ('keys', 'a name that configs and modules of torch do not use themselves'),
        ('forward', 'a name that configs and modules of torch do not use themselves'),
        ('training', 'a name that configs and modules of torch do not use themselves'),
        ('_delete_', 'a name that configs and modules of torch do not use themselves'),
        (
            'glossy',
            "a name without 'loss', as all that is logged under such a name is minimised",
        ),
    ],
)
def test_a_name_that_cannot_be_a_key_is_named(name, reason):
    expected = f'tasks: expected {reason} as the name of a task, found {name!r}.'
    assert error_of(BinaryTask, name=name) == expected


def test_names_of_methods_are_refused_and_others_are_keys_of_modules():
    modules = torch.nn.ModuleDict()
    for task in KINDS:
        modules[task.name] = torch.nn.Identity()
    assert list(modules) == [task.name for task in KINDS]
