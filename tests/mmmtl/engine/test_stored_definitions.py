import pytest

from mmmtl.engine import stored_definitions
from mmmtl.engine.stored_definitions import check_stored_tasks, read_stored_tasks
from mmmtl.tasks import build_tasks

PARTS = dict(type='ClassTask', classes=('head', 'legs'))
HEIGHT = dict(type='ScalarTask', unit='m')


def checkpoint_of(**metainfo):
    return dict(meta=dict(dataset_meta=metainfo))


def test_definitions_and_older_meta_information_are_read():
    stored = read_stored_tasks(checkpoint_of(tasks=dict(parts=PARTS), depth_unit='mtan'), 'a.pth')
    assert stored['parts'] == build_tasks(dict(parts=PARTS))['parts']
    assert stored['depth'].unit == 'mtan'


@pytest.mark.parametrize('checkpoint', [{}, dict(meta=None), dict(meta=dict(dataset_meta=3))])
def test_a_file_that_says_nothing_is_accepted_with_a_line(checkpoint, monkeypatch):
    lines = []
    monkeypatch.setattr(stored_definitions, 'print_log', lambda text, **how: lines.append(text))
    assert read_stored_tasks(checkpoint, 'a.pth') == {}
    assert lines[0].startswith('a.pth does not say what its tasks are')


def test_a_definition_that_is_wrong_names_the_file():
    with pytest.raises(ValueError, match=r'^a\.pth: tasks\.parts\.type: '):
        read_stored_tasks(checkpoint_of(tasks=dict(parts=dict(type='Clas'))), 'a.pth')


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (
            dict(parts=HEIGHT),
            "'parts' was trained with type .* the data, 'ScalarTask'",
        ),
        (dict(parts={**PARTS, 'classes': ('head', 'arms')}), r"'legs' \(number 1\), .*, 'arms'"),
        (dict(parts={**PARTS, 'classes': ('a', 'b', 'c')}), 'number of classes 2, .*, 3'),
        (dict(height={**HEIGHT, 'unit': 'cm'}), "'height' .* unit 'm', .*, 'cm'"),
    ],
)
def test_what_differs_is_named(change, message):
    stored = build_tasks(dict(parts=PARTS, height=HEIGHT))
    with pytest.raises(ValueError, match=f'^a.pth: the task .*{message}'):
        check_stored_tasks(stored, build_tasks(change), 'a.pth', 'the data')


def test_limits_colours_and_other_tasks_are_not_compared():
    stored = build_tasks(dict(parts=PARTS, height=HEIGHT))
    others = dict(
        parts={**PARTS, 'palette': ((1, 2, 3), (4, 5, 6))},
        height={**HEIGHT, 'max_value': 2.0},
        edge=dict(type='BinaryTask'),
    )
    check_stored_tasks(stored, build_tasks(others), 'a.pth', 'the data')
