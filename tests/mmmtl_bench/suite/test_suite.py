"""What suites mean, and what is said of wrong ones."""

import pytest
from mmengine.config import Config

from mmmtl_bench.suite.config_files import CONFIGS, WEIGHTINGS
from mmmtl_bench.suite.suite import check_seeds
from tests.utils.suite_values import DWA, MTAN, SINGLE, values_of


def test_the_runs_of_a_table(read):
    suite = read(values_of(seeds=[0, 7], cfg_options={'train_cfg.max_epochs': 3}))
    folders = [str(spec.folder) for spec in suite.specs()]
    assert folders == [
        'cityscapes7/one-task-seg/seed0',
        'cityscapes7/one-task-depth/seed0',
        'cityscapes7/mtan/equal/seed0',
        'cityscapes7/mtan/dwa-t-20/seed0',
        'cityscapes7/one-task-seg/seed7',
        'cityscapes7/one-task-depth/seed7',
        'cityscapes7/mtan/equal/seed7',
        'cityscapes7/mtan/dwa-t-20/seed7',
    ]
    seg, _, equal, dwa = suite.specs([5])
    assert (seg.tasks, seg.weighting, seg.seed, seg.config) == (('seg',), None, 5, SINGLE['seg'])
    assert seg.cfg_options == {'train_cfg.max_epochs': 3, 'randomness.seed': 5}
    assert equal.tasks == ('seg', 'depth')  # of the config
    weighting = Config.fromfile(WEIGHTINGS / 'equal.py').loss_weighting
    assert equal.cfg_options['model.loss_weighting'] == {**weighting, '_delete_': True}
    assert dwa.cfg_options['model.loss_weighting'] == {**DWA, '_delete_': True}
    assert suite.tables[0].specs([5]) == suite.specs([5])


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


def test_options_closer_to_the_run_win(read):
    options = [{'train_cfg.max_epochs': n, f'only_{n}': n} for n in (1, 2, 3)]
    values = values_of(
        cfg_options=options[0], multi_task={'MTAN': {'config': MTAN, 'cfg_options': options[2]}}
    )
    values['tables'][0]['cfg_options'] = options[1]
    single, *_, multi = read(values).specs()
    assert single.cfg_options['train_cfg.max_epochs'] == 2
    assert multi.cfg_options['train_cfg.max_epochs'] == 3
    assert {'only_1', 'only_2', 'only_3'} <= set(multi.cfg_options)
    assert 'only_3' not in single.cfg_options
    values['overrides'] = {'train_cfg.max_epochs': 9}
    assert {spec.cfg_options['train_cfg.max_epochs'] for spec in read(values).specs()} == {9}


def test_a_weighting_may_have_options_of_its_own(read):
    slower = {'param_scheduler.0.milestones': [25], 'train_cfg.max_epochs': 5}
    values = values_of(
        weightings={'equal': 'equal', 'slow': {'weighting': DWA, 'cfg_options': slower}},
        cfg_options={'train_cfg.max_epochs': 9},
    )
    equal, slow = read(values).specs()[-2:]
    assert slow.cfg_options['model.loss_weighting'] == {**DWA, '_delete_': True}
    assert slower.items() <= slow.cfg_options.items()
    assert equal.cfg_options['train_cfg.max_epochs'] == 9
    assert 'param_scheduler.0.milestones' not in equal.cfg_options


def test_a_long_entry_chooses_weightings_and_its_published_name(read):
    entry = {'config': MTAN, 'weightings': ['equal'], 'published': 'MTAN-SegNet'}
    suite = read(values_of(multi_task={'Ours': entry, 'MTAN': MTAN}))
    ours, mtan = suite.tables[0].multi_task
    assert (ours.published, mtan.published) == ('MTAN-SegNet', 'MTAN')
    assert list(ours.weightings) == ['equal']
    assert list(mtan.weightings) == ['equal', 'dwa (T=20)']
    single = {'One Task': {**SINGLE, 'published': 'SegNet'}}
    assert read(values_of(single_task=single)).tables[0].single_task[0].published == 'SegNet'


def test_a_run_of_several_tables_is_one(read):
    values = values_of()
    values['tables'] *= 2
    assert len(read(values).specs()) == 4


def test_configs_may_be_paths(read, tmp_path):
    path = tmp_path / 'mine.py'
    path.write_text(f"_base_ = ['{CONFIGS / MTAN}']\n")
    assert read(values_of(multi_task={'MTAN': str(path)})).specs()[-1].config == str(path)


ROOT = r'suite\.yaml'


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        ({'title': 'x'}, rf'{ROOT}: tables is missing'),
        (values_of() | {'titel': 'x'}, rf'{ROOT}: unknown key titel; known are title, tables, '),
        (values_of(title=3), rf'{ROOT}\.title: expected a text, found 3'),
        (values_of(seeds=[1, 1]), r'seeds: expected different integers of at least 0'),
        (values_of(seeds=[True]), r'seeds: expected an integer, found True'),
        (values_of(average='last-0'), r"average: expected last-K, last or best, found 'last-0'"),
        (values_of(colour='red'), r'tables\[0\]: unknown key colour'),
        (
            values_of(baseline='STAN'),
            r"tables\[0\]\.baseline: expected one of single_task \(One Task\), found 'STAN'",
        ),
        (
            values_of() | {'tables': [values_of()['tables'][0] | {'weightings': ['dwa']}]},
            r'tables\[0\]\.weightings: unknown label dwa; .* are equal, dwa \(T=20\)',
        ),
        (
            values_of(multi_task={'MTAN': {'config': MTAN, 'weighting': ['equal']}}),
            r'multi_task\.MTAN: unknown key weighting; known are config',
        ),
        (
            values_of(weightings={}),
            r'multi_task\.MTAN: there is no loss weighting',
        ),
        (
            values_of(weightings={'a': {'temperature': 2}}),
            r'weightings\.a: type is missing',
        ),
        (
            values_of(weightings={'a': {'weighting': 'equal', 'options': {}}}),
            r'weightings\.a: unknown key options; known are weighting, cfg_options',
        ),
        (
            values_of(single_task={'One Task': {'depth': SINGLE['seg']}}),
            r'One Task\.depth: expected a config with the task depth alone, .* has seg',
        ),
        (values_of(single_task={'One Task': {}}), r'One Task: expected a config for each task'),
        (
            values_of(published={'source': 'mtan-cvpr19'}),
            r'tables\[0\]\.published: table is missing',
        ),
        (
            values_of(cfg_options={'train_pipeline.9.size': 3}),
            r"One Task\.seg: the options do not fit the config 'segnet.*: .*Index 9 exceeds",
        ),
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
        ('title: [', r'suite\.yaml: not a valid YAML file'),
        ('title: a\ntitle: b\n', r"the key 'title' is there twice"),
        ('- title', r'suite\.yaml: expected values by key'),
    ],
)
def test_wrong_values_are_refused(read, values, message):
    with pytest.raises(ValueError, match=message):
        read(values)


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        (
            values_of(multi_task={'MTAN': 'nothing.py'}),
            r"multi_task\.MTAN: there is no config file 'nothing\.py'",
        ),
        (
            values_of(weightings={'dwa': 'daw'}),
            r"weightings\.dwa: there is no loss weighting 'daw'; there are dwa, equal",
        ),
    ],
)
def test_missing_files_are_named(read, values, message):
    with pytest.raises(FileNotFoundError, match=message):
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


def test_seeds_are_different_integers():
    assert check_seeds([3, 0]) == (3, 0)
    for seeds, message in (
        ([], r'different integers of at least 0, found \[\]'),
        ([1, -1], r'found \[1, -1\]'),
        ([1.0], 'an integer, found 1.0'),
        (3, 'a list, found 3'),
    ):
        with pytest.raises(ValueError, match=message):
            check_seeds(seeds)


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        (
            values_of(sinlge_task={}),
            r'^\S*suite\.yaml\.tables\[0\]: unknown key sinlge_task; known are title, dataset, '
            r'published, .*; did you mean single_task\?$',
        ),
        (
            values_of(published={'source': 'a', 'table': '2'}),
            r'published\.table: expected an integer',
        ),
        (values_of(dataset='!'), r"tables\[0\]\.dataset: The name '!' must have a letter"),
        (values_of(weightings={'?': 'equal'}), r"weightings\.\?: The name '\?' must have a letter"),
        (values_of(multi_task={'?': MTAN}), r"multi_task\.\?: The name '\?' must have a letter"),
        (values_of(weightings={'a': 3}), r'weightings\.a\S*: expected values by key, found 3'),
        (
            values_of(single_task={'One Task': {'seg': {'cfg_options': {}}}}),
            r'single_task\.One Task\.seg: config is missing\.$',
        ),
        (
            values_of(multi_task={'MTAN': {'config': MTAN, 'weightings': ['equal', 'no']}}),
            r'multi_task\.MTAN\.weightings: unknown label no; .* are equal, dwa \(T=20\)\.$',
        ),
        (values_of(data=['streets']), r'data\[0\]: expected values by key'),
    ],
)
def test_mistakes_are_one_line_with_their_place(read, values, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(values)
    assert '\n' not in str(caught.value)


def test_a_weighting_that_is_wrong_is_named_before_those_who_use_it(read):
    values = values_of(weightings={'equal': {'temperature': 2}}, multi_task={'A': MTAN})
    with pytest.raises(ValueError, match=r'suite\.yaml\.weightings\.equal: type is missing'):
        read(values)


def test_what_one_table_says_does_not_reach_the_next(read):
    values = values_of()
    first = values_of()['tables'][0]
    first |= {'dataset': 'other', 'weightings': ['equal'], 'cfg_options': {'a': 1}}
    values['tables'].insert(0, first)
    one, two = read(values).tables
    assert list(one.multi_task[0].weightings) == ['equal']
    assert list(two.multi_task[0].weightings) == ['equal', 'dwa (T=20)']
    assert one.specs([0])[0].cfg_options['a'] == 1
    assert 'a' not in two.specs([0])[0].cfg_options
