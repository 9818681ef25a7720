import pytest
from mmseg.models.decode_heads import FCNHead

from mmmtl.models.decode_heads import DepthHead
from mmmtl.models.segmentors.task_parts import (
    build_auxiliary_heads,
    build_heads,
    build_part,
    check_same_tasks,
    tasks_of_heads,
)
from mmmtl.tasks import DEPTH, SEG, ClassTask, build_tasks

PARTS = dict(type='ClassTask', classes=('a', 'b', 'c'))
FCN = dict(type='FCNHead', in_channels=4, channels=4, num_convs=0, concat_input=False)
NUMBERS = dict(type='DepthHead', in_channels=4, channels=4)
TASKS = build_tasks(dict(parts=PARTS, depth=DEPTH))


def test_known_tasks_need_no_definition():
    assert tasks_of_heads(dict(depth={}, seg={}), None) == dict(depth=DEPTH, seg=SEG)
    assert list(tasks_of_heads(dict(depth={}, seg={}), ['seg', 'depth'])) == ['depth', 'seg']


def test_tasks_come_in_the_order_of_the_heads_and_others_are_left_out():
    defined = dict(unused=dict(type='BinaryTask'), depth=DEPTH, parts=PARTS)
    found = tasks_of_heads(dict(parts={}, depth={}), defined)
    assert list(found.items()) == [
        ('parts', ClassTask(name='parts', classes=('a', 'b', 'c'))),
        ('depth', DEPTH),
    ]


@pytest.mark.parametrize(
    ('heads', 'tasks', 'message'),
    [
        (
            dict(parts={}, fence={}),
            dict(parts=PARTS),
            "decode_head: expected heads of the tasks ['parts'], found ['fence'] too.",
        ),
        (
            dict(seg={}, depth={}),
            dict(parts=PARTS),
            "decode_head: expected heads of the tasks ['parts'], found ['seg', 'depth'] too.",
        ),
        (
            dict(parts={}),
            None,
            "Unknown task 'parts'. Known tasks: seg, depth, normal. Define another one in the "
            "config, tasks = dict(parts=dict(type='ClassTask', ...)), and give `tasks` to the "
            'model and the data sets; or register it with mmmtl.tasks.register_task().',
        ),
        (
            FCN,
            None,
            'decode_head: expected a head for each task, dict(seg=dict(type=...), ...), found a '
            "single head of type 'FCNHead'. In a config that inherits one, add _delete_=True to "
            'the new dict.',
        ),
    ],
)
def test_a_head_for_a_task_that_is_not_defined_is_named(heads, tasks, message):
    with pytest.raises(ValueError, match='task') as raised:
        tasks_of_heads(heads, tasks)
    assert str(raised.value) == message


def test_heads_are_built_for_each_task():
    heads = build_heads(dict(depth=NUMBERS, parts=FCN), TASKS)
    assert list(heads) == ['parts', 'depth']
    assert isinstance(heads['parts'], FCNHead)
    assert isinstance(heads['depth'], DepthHead)
    assert heads['parts'].num_classes == 3


def test_auxiliary_heads_are_one_or_several_and_are_told_as_well():
    heads = build_auxiliary_heads(dict(parts=[FCN, FCN], depth=NUMBERS), TASKS)
    assert [head.num_classes for head in heads['parts']] == [3, 3]
    assert len(heads['depth']) == 1


@pytest.mark.parametrize(
    ('configs', 'message'),
    [
        (
            dict(parts=FCN, fence=FCN),
            "auxiliary_head: expected tasks among ['parts', 'depth'], found ['fence'].",
        ),
        (
            dict(parts=[FCN, dict(FCN, num_classes=4)]),
            "auxiliary_head.parts.1.num_classes: expected 3, the classes of 'parts', found 4; "
            'state 3 or leave it out.',
        ),
        (
            dict(depth=dict(NUMBERS, chanels=3)),
            "auxiliary_head.depth: DepthHead has no argument 'chanels', the nearest is 'channels'.",
        ),
    ],
)
def test_a_wrong_auxiliary_head_is_named(configs, message):
    with pytest.raises(ValueError, match='auxiliary_head') as raised:
        build_auxiliary_heads(configs, TASKS)
    assert str(raised.value) == message


def test_parts_that_ask_for_the_tasks_are_told_them():
    neck = dict(type='MTANNeck', widths=(4, 4))
    assert build_part(neck, TASKS, 'neck').tasks == ('parts', 'depth')
    assert neck == dict(type='MTANNeck', widths=(4, 4))
    backbone = dict(type='CrossStitchSegNet', widths=(4, 4), num_convs=(2, 2))
    assert build_part(backbone, TASKS, 'backbone').tasks == ('parts', 'depth')
    plain = build_part(dict(type='SegNet', widths=(4, 4), num_convs=(2, 2)), TASKS, 'backbone')
    assert not hasattr(plain, 'tasks')


def test_a_neck_that_predicts_is_told_the_channels_of_each_head():
    defined = dict(
        parts=PARTS,
        depth=DEPTH,
        edge=dict(type='BoundaryTask'),
        flow=dict(type='VectorTask', channels=2),
    )
    tasks = build_tasks({**defined, 'seg': SEG})
    heads = dict(
        parts=FCN,
        depth=NUMBERS,
        edge=dict(type='BinaryHead'),
        flow=dict(type='VectorHead'),
        seg=dict(FCN, num_classes=7),  # which the task does not know
    )
    neck = dict(type='InvPTFullNeck', in_channels=(4, 4), strides=(16, 32), channels=4)
    built = build_part(dict(neck, token_channels=8), tasks, 'neck', heads)
    found = {task: conv.out_channels for task, conv in built.predictions.items()}
    assert found == dict(parts=3, depth=1, edge=1, flow=2, seg=7)
    assert built.tasks == tuple(found)
    with pytest.raises(ValueError, match='neck: InvPTFullNeck.*missing.*prediction_channels'):
        build_part(neck, tasks, 'neck')


def test_a_part_may_say_the_tasks_itself_in_its_order():
    neck = build_part(dict(type='MTANNeck', tasks=['depth', 'parts'], widths=(4, 4)), TASKS, 'neck')
    assert neck.tasks == ('depth', 'parts')


@pytest.mark.parametrize(
    ('config', 'message'),
    [
        (
            dict(type='MTANNeck', tasks=['parts'], widths=(4, 4)),
            "neck: expected the tasks of decode_head, ['parts', 'depth'], found ['parts']; "
            'a task needs a head, and a head needs its task.',
        ),
        (
            dict(type='MTANNek'),
            "neck.type: expected the type of a part of a network, found 'MTANNek', "
            "the nearest is 'MTANNeck'.",
        ),
        (
            dict(type='MTANNeck', with_heads=3),
            "neck: MTANNeck has no argument 'with_heads', the nearest is 'widths'.",
        ),
    ],
)
def test_a_wrong_part_is_named(config, message):
    with pytest.raises(ValueError, match='neck') as raised:
        build_part(config, TASKS, 'neck')
    assert str(raised.value) == message


def test_tasks_are_compared_without_their_order():
    check_same_tasks('features', TASKS, ['depth', 'parts'])
    with pytest.raises(ValueError, match=r"^features: .*found \['depth', 'parts', 'edge'\]"):
        check_same_tasks('features', TASKS, ['depth', 'parts', 'edge'])
