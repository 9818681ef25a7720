"""What suites mean, and what is said of wrong ones."""

import pytest

from tests.utils.suite_values import MTAN, values_of


def test_what_a_suite_says_of_itself(read):
    suite = read(
        values_of(published={'source': 'mtan-cvpr19', 'table': 2}, average='best')
        | {'description': 'Two\nlines', 'synthetic': True}
    )
    assert (suite.title, suite.description) == ('A suite', 'Two\nlines')
    assert (suite.average, suite.synthetic, suite.seeds) == ('best', True, (0,))
    table = suite.tables[0]
    assert (table.title, table.dataset, table.baseline) == ('A table', 'cityscapes7', 'One Task')
    assert (table.published.source, table.published.table) == ('mtan-cvpr19', 2)


def test_a_run_of_several_tables_is_one(read):
    values = values_of()
    values['tables'] *= 2
    assert len(read(values).specs()) == 4


ROOT = r'suite\.yaml'


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        ({'title': 'x'}, rf'{ROOT}: tables is missing'),
        (values_of() | {'titel': 'x'}, rf'{ROOT}: unknown key titel; known are title, tables, '),
        (values_of(title=3), rf'{ROOT}\.title: expected a text, found 3'),
        (values_of(average='last-0'), r"average: expected last-K, last or best, found 'last-0'"),
        (values_of(data=[{'scenes': 'seas', 'path': 'x'}]), r'data\[0\]: scenes: expected streets'),
        (values_of(data=[{'scenes': 'rooms'}]), r'data\[0\]: path: expected the folder'),
        (
            values_of(data=[{'scenes': 'rooms', 'path': 'x', 'normals': True}]),
            r'data\[0\]: unknown keys normals; known are scenes, path, size',
        ),
        (
            values_of(data=[{'scenes': 'streets', 'path': 'x', 'size': 64}]),
            r'data\[0\]: size: expected \[height, width\]',
        ),
        (
            values_of(data=[{'scenes': 'streets', 'path': 'x', 'train': 'many'}]),
            r'data\[0\]: train must be an integer',
        ),
        (
            values_of(data=[{'scenes': 'streets', 'path': 'x', 'dropouts': 'many'}]),
            r'data\[0\]: a value is of the wrong type',
        ),
        (values_of(data=['streets']), r'data\[0\]: expected values by key'),
    ],
)
def test_mistakes_are_one_line_with_their_place(read, values, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(values)
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        ('title: [', r'suite\.yaml: not a valid YAML file'),
        ('title: a\ntitle: b\n', r"the key 'title' is there twice"),
        ('- title', r'suite\.yaml: expected values by key'),
    ],
)
def test_what_is_no_suite_is_refused(read, values, message):
    with pytest.raises(ValueError, match=message):
        read(values)


def test_the_same_identity_with_other_options_is_refused(read):
    values = values_of()
    other = values_of()['tables'][0]
    values['tables'].append(other | {'cfg_options': {'train_cfg.max_epochs': 2}})
    with pytest.raises(
        ValueError,
        match=r'different runs would be in cityscapes7/one-task-seg/seed0: '
        r"train_cfg\.max_epochs is 'not set' and 2",
    ):
        read(values)


def test_names_that_give_the_same_folder_are_refused(read):
    other = {'config': MTAN, 'cfg_options': {'a': 1}}
    with pytest.raises(ValueError, match="architecture is 'MTAN' and 'mtan'; a is"):
        read(values_of(multi_task={'MTAN': MTAN, 'mtan': other}))
