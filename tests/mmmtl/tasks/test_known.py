import pytest
from mmengine.config import ConfigDict

from mmmtl.tasks import (
    DEPTH,
    NORMAL,
    SEG,
    BinaryTask,
    ClassTask,
    ScalarTask,
    Task,
    VectorTask,
    build_tasks,
    check_task_names,
    complete_tasks,
    forget_task,
    get_task,
    known_tasks,
    register_task,
    task_definitions,
    tasks_in,
)
from mmmtl.tasks.known import check_fields
from tests.utils.errors import error_of
from tests.utils.fourth_task import HEIGHT, register_height, register_until_the_end

PARTS = dict(type='ClassTask', classes=['head', 'body'])


# Registration


def test_three_tasks_are_known():
    assert known_tasks() == (SEG, DEPTH, NORMAL)
    assert [get_task(task.name) for task in known_tasks()] == [SEG, DEPTH, NORMAL]


def test_an_unknown_task_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"Unknown task 'depht'.*seg, depth, normal"):
        get_task('depht')
    assert error_of(get_task, 'my.task').startswith('tasks: expected letters, digits')
    assert error_of(build_tasks, [dict(type='BinaryTask')]).startswith('tasks: expected letters')


def test_a_registered_task_is_known_until_it_is_forgotten():
    assert register_task(HEIGHT) is HEIGHT
    try:
        assert build_tasks(['height']) == {'height': HEIGHT}
        assert known_tasks() == (SEG, DEPTH, NORMAL, HEIGHT)
        assert register_task(ScalarTask(name='height', unit='m', invalid=0)) == HEIGHT
    finally:
        forget_task('height')
    assert known_tasks() == (SEG, DEPTH, NORMAL)
    assert error_of(forget_task, 'height').startswith("Unknown task 'height'")


def test_the_package_s_own_tasks_stay():
    expected = "Cannot forget the task 'seg': the package itself knows it."
    assert error_of(forget_task, 'seg') == expected
    assert get_task('seg') is SEG


def test_tests_leave_no_task_behind():
    with pytest.MonkeyPatch.context() as patch:
        assert register_height(patch) is get_task('height')
    assert known_tasks() == (SEG, DEPTH, NORMAL)


def test_a_name_is_that_of_one_task(monkeypatch):
    other = ClassTask(name='seg', classes=('a',))
    message = error_of(register_task, other)
    assert message == f'Cannot register {other!r}: the name is that of {SEG!r}.'
    assert get_task('seg') is SEG
    assert register_task(SEG) is SEG
    register_until_the_end(monkeypatch, BinaryTask(name='edge'))
    assert 'the name is that of' in error_of(register_task, VectorTask(name='edge', channels=2))


class OfMmseg(BinaryTask):
    """A task that keeps its maps where another one does."""

    @property
    def fields(self):
        return SEG.fields


def test_two_tasks_with_one_field_are_named():
    expected = "tasks: 'seg' and 'edge' both have the field '{}'; rename one of them."
    clash = OfMmseg(name='edge')
    for call in (check_fields, lambda tasks: build_tasks({task.name: task for task in tasks})):
        message = error_of(call, [SEG, clash])
        assert message in {expected.format(field) for field in SEG.fields}
    assert 'both have the field' in error_of(register_task, clash)
    assert clash not in known_tasks()


@pytest.mark.parametrize(
    ('names', 'field'),
    [(('gt_a', 'a_map_path'), 'gt_a_map_path'), (('pred_a', 'a_logits'), 'pred_a_logits')],
)
def test_two_names_can_make_one_field(names, field):
    message = error_of(build_tasks, {name: dict(type='BinaryTask') for name in names})
    first, second = names
    assert message == (
        f'tasks: {first!r} and {second!r} both have the field {field!r}; rename one of them.'
    )


# Definitions


def test_names_and_definitions_become_tasks_in_their_order():
    assert build_tasks(['normal', 'seg']) == {'normal': NORMAL, 'seg': SEG}
    assert list(build_tasks(('normal', 'seg'))) == ['normal', 'seg']
    assert list(build_tasks(name for name in ('normal', 'seg'))) == ['normal', 'seg']
    given = dict(
        parts=ConfigDict(PARTS, reader=dict(type='IdMapReader', table=[0, 1])),
        albedo=dict(type=VectorTask, channels=3),
        depth=DEPTH,
        edge=dict(type='mmseg.BinaryTask'),
    )
    tasks = build_tasks(ConfigDict(given))
    assert list(tasks) == ['parts', 'albedo', 'depth', 'edge']
    assert tasks['parts'] == ClassTask(name='parts', classes=('head', 'body'))
    assert tasks['parts'].reader == dict(type='IdMapReader', table=[0, 1])
    assert tasks['albedo'] == VectorTask(name='albedo', channels=3)
    assert tasks['depth'] is DEPTH
    assert tasks['edge'] == BinaryTask(name='edge')


KINDS = 'BinaryTask, BoundaryTask, ClassTask, DirectionTask, ImageClassTask, ScalarTask, VectorTask'


@pytest.mark.parametrize(
    ('given', 'message'),
    [
        ([], 'tasks: expected at least one task, found none.'),
        ({}, 'tasks: expected at least one task, found none.'),
        ('seg', "tasks: expected a list of names, found the string 'seg'."),
        (['seg', 'seg'], "tasks: expected different names, found ['seg', 'seg']."),
        (
            dict(parts=['head', 'body']),
            "tasks.parts: expected a definition, dict(type=...), found ['head', 'body'].",
        ),
        (
            dict(parts=dict(classes=['head'])),
            "tasks.parts: expected a definition, dict(type=...), found {'classes': ['head']}.",
        ),
        (
            dict(parts=dict(type='ClasTask')),
            f"tasks.parts.type: expected one of {KINDS}, found 'ClasTask'; "
            "did you mean 'ClassTask'?",
        ),
        (
            dict(parts=dict(type='MaskReader')),  # a tool of mmseg's registry that is no task
            f"tasks.parts.type: expected one of {KINDS}, found 'MaskReader'.",
        ),
        (
            dict(parts=dict(type=Task)),
            f'tasks.parts.type: expected one of {KINDS}, found {Task!r}.',
        ),
        (
            dict(parts=dict(type='ClassTask', clases=['head'])),
            'tasks.parts: expected arguments of ClassTask, reader, classes, palette, '
            "found 'clases'; did you mean 'classes'?",
        ),
        (
            dict(parts=dict(type='BinaryTask', name='other')),
            "tasks.parts: expected arguments of BinaryTask, reader, found 'name'.",
        ),
        (
            dict(albedo=dict(type='VectorTask')),
            "tasks.albedo: expected 'channels', which VectorTask needs.",
        ),
        (
            dict(albedo=dict(type='VectorTask', channels=1)),
            'tasks.albedo.channels: expected at least 2 numbers per pixel, found 1; '
            'one number is a ScalarTask.',
        ),
        (
            dict(parts=SEG),
            "tasks.parts: expected a task of that name, found one named 'seg'.",
        ),
        (
            {'my.parts': PARTS},
            'tasks: expected letters, digits and underscores, no digit first, as the name of a '
            "task, found 'my.parts'.",
        ),
        (
            dict(sem_seg=PARTS),
            "tasks.sem_seg: its field 'gt_sem_seg' belongs to the task 'seg'; choose another name.",
        ),
    ],
)
def test_a_wrong_definition_is_named_in_a_line(given, message):
    assert error_of(build_tasks, given) == message


def test_lists_of_names():
    assert check_task_names(['a', 'b']) == ('a', 'b')
    assert error_of(check_task_names, 'seg') == (
        "tasks: expected a list of names, found the string 'seg'."
    )
    assert error_of(check_task_names, []) == 'tasks: expected different names, found none.'
    assert error_of(check_task_names, ['a', 'a']) == (
        "tasks: expected different names, found ['a', 'a']."
    )


# Meta information


def test_meta_information_gives_its_tasks_and_the_known_ones():
    parts = build_tasks(dict(parts=PARTS))
    meta = dict(tasks=task_definitions(parts), classes=('a',), depth_unit='mtan')
    seg = ClassTask(name='seg', classes=('a',))
    depth = ScalarTask(name='depth', unit='mtan')
    assert list(tasks_in(meta)) == ['parts', 'seg', 'depth', 'normal']
    assert tasks_in(meta) == {**parts, 'seg': seg, 'depth': depth, 'normal': NORMAL}
    assert tasks_in(meta, ['depth']) == {**parts, 'depth': depth}
    assert tasks_in(None) == {'seg': SEG, 'depth': DEPTH, 'normal': NORMAL}
    assert tasks_in({}, ['normal']) == {'normal': NORMAL}
    assert error_of(tasks_in, meta, ['edge']).startswith("Unknown task 'edge'")


def test_its_own_definition_of_a_known_name_comes_first():
    meta = dict(tasks=dict(depth=dict(type='ScalarTask', unit='m')), depth_unit='mtan')
    assert tasks_in(meta)['depth'] == ScalarTask(name='depth', unit='m')


def test_older_checkpoints_complete_the_known_tasks():
    meta = dict(classes=['a', 'b'], palette=[[1, 2, 3], [4, 5, 6]], depth_unit='disparity')
    found = complete_tasks(build_tasks(['depth', 'seg']), meta)
    assert list(found) == ['depth', 'seg']
    assert found['depth'].unit == 'disparity'
    assert found['seg'].classes == ('a', 'b')
    assert found['seg'].palette == ((1, 2, 3), (4, 5, 6))
    assert complete_tasks({'seg': SEG}, None) == {'seg': SEG}


def test_a_task_that_is_only_known_by_its_name_becomes_the_stored_one():
    stored = dict(seg=dict(type='ClassTask', classes=['a']), parts=PARTS)
    own = ClassTask(name='parts', classes=('x', 'y', 'z'))
    found = complete_tasks({'seg': SEG, 'parts': own}, dict(tasks=stored))
    assert found == {'seg': ClassTask(name='seg', classes=('a',)), 'parts': own}


def test_two_data_sets_of_one_process_may_mean_different_things_by_one_name():
    metas = [
        dict(tasks=dict(parts=dict(type='ClassTask', classes=classes)))
        for classes in (['head', 'body'], ['wing', 'tail', 'beak'])
    ]
    found = [tasks_in(meta)['parts'].head_arguments for meta in metas]
    assert found == [dict(num_classes=2), dict(num_classes=3)]
    assert 'parts' not in tasks_in(None)
