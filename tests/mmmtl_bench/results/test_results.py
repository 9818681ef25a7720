"""From folders of runs to numbers, against values computed by hand; see run_folders.py."""

import dataclasses
import json
import math
import shutil

import pytest

from mmmtl_bench.results.results import read_results
from mmmtl_bench.run.run_record import write_record
from mmmtl_bench.suite.suite_reading import read_suite
from tests.utils.run_folders import SUITE, record_of, write_benchmark, write_run


@pytest.fixture(scope='module')
def one_seed(tmp_path_factory):
    folder = tmp_path_factory.mktemp('one')
    write_benchmark(folder)
    return folder


@pytest.fixture(scope='module')
def two_seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp('two')
    write_benchmark(folder, seeds=(0, 1))
    return folder


@pytest.fixture
def damaged(two_seeds, tmp_path):
    """A copy that a test may change."""
    return shutil.copytree(two_seeds, tmp_path / 'copy')


def row_of(results, architecture, weighting=None):
    (row,) = (
        row
        for row in results.tables[0].rows
        if (row.architecture, row.weighting) == (architecture, weighting)
    )
    return row


def test_the_tables_follow_the_suite(one_seed):
    results = read_results(one_seed)
    assert (results.title, results.synthetic, results.average) == (SUITE['title'], True, 'last-2')
    (table,) = results.tables
    assert table.metrics == ('seg/mIoU', 'seg/aAcc', 'depth/abs_err', 'depth/rel_err')
    assert table.baseline == 'One Task'
    assert [(row.architecture, row.weighting) for row in table.rows] == [
        ('One Task', None),
        ('STAN', None),
        ('Split Wide', 'equal'),
        ('Split Wide', 'dwa (T=2)'),
        ('MTAN', 'equal'),
        ('MTAN', 'dwa (T=2)'),
    ]
    assert all(row.missing == () for row in table.rows)
    assert [run.spec.tasks for run in table.rows[0].runs] == [('seg',), ('depth',)]


@pytest.mark.parametrize(
    ('average', 'miou', 'error'),
    # of the last epochs: 55, 54, 53, 52 and 0.08, 0.09, 0.10, 0.11
    [(None, 54.5, 0.085), ('last', 55, 0.08), ('last-4', 53.5, 0.095), ('best', 55, 0.08)],
)
def test_the_value_of_a_run(one_seed, average, miou, error):
    row = row_of(read_results(one_seed, average), 'MTAN', 'equal')
    assert row.metrics['seg/mIoU'].mean == pytest.approx(miou)
    assert row.metrics['depth/abs_err'].mean == pytest.approx(error)
    assert row.metrics['seg/mIoU'].std is None
    assert row.metrics['seg/mIoU'].count == 1


def test_values_over_seeds(two_seeds):
    # the second seed is 1 point of mIoU and 0.01 of depth better
    row = row_of(read_results(two_seeds, 'last'), 'MTAN', 'equal')
    assert row.metrics['seg/mIoU'].mean == pytest.approx(55.5)
    assert row.metrics['seg/mIoU'].std == pytest.approx(math.sqrt(2 * 0.5**2))
    assert row.metrics['depth/abs_err'].mean == pytest.approx(0.075)
    assert row.metrics['depth/abs_err'].count == 2
    assert [run.spec.seed for run in row.runs] == [0, 1]


def test_single_task_lines_join_their_tasks(one_seed):
    results = read_results(one_seed, 'last')
    row = row_of(results, 'STAN')
    shown = {key: row.metrics[key].mean for key in results.tables[0].metrics}
    assert shown == pytest.approx(
        {'seg/mIoU': 51.0, 'seg/aAcc': 81.0, 'depth/abs_err': 0.09, 'depth/rel_err': 1.9}
    )
    assert (row.num_params, row.params_ratio, row.flops) == (3000, 3.0, 3 * 10**9)


def test_sizes_are_relative_to_one_single_task_network(one_seed):
    results = read_results(one_seed)
    assert [row.params_ratio for row in results.tables[0].rows] == [
        2.0,
        3.0,
        1.75,
        1.75,
        1.65,
        1.65,
    ]


def test_gains_are_against_the_baseline_of_the_same_seed(two_seeds):
    results = read_results(two_seeds, 'last')
    assert row_of(results, 'One Task').gains == {}
    # MTAN 55, 84, 0.08, 1.8 against 50, 80, 0.10, 2.0; then 56, 84.5, 0.07, 1.7 against 51, 80.5,
    # 0.09, 1.9
    first = ((5 / 50 + 4 / 80) / 2 + (0.02 / 0.1 + 0.2 / 2) / 2) / 2
    second = ((5 / 51 + 4 / 80.5) / 2 + (0.02 / 0.09 + 0.2 / 1.9) / 2) / 2
    gains = row_of(results, 'MTAN', 'equal').gains
    assert gains['task-mean'].mean == pytest.approx(100 * (first + second) / 2)
    assert gains['task-mean'].std == pytest.approx(100 * abs(first - second) / math.sqrt(2))
    main = ((5 / 50 + 0.02 / 0.1) / 2 + (5 / 51 + 0.02 / 0.09) / 2) / 2
    assert gains['main-metric'].mean == pytest.approx(100 * main)
    assert gains['metric-mean'].mean == pytest.approx(-100 * (first + second) / 2)
    assert row_of(results, 'STAN').gains['main-metric'].mean > 0


def test_mean_ranks(one_seed):
    results = read_results(one_seed, 'last')
    # mIoU 50 51 49 48 55 52.5 -> 4 3 5 6 1 2; aAcc 80 81 82 80 84 82 -> 5.5 4 2.5 5.5 1 2.5;
    # abs 0.10 0.09 0.11 0.12 0.08 0.09 -> 4 2.5 5 6 1 2.5; rel 2 1.9 2.1 2.2 1.8 1 -> 4 3 5 6 2 1
    assert [row.mean_rank for row in results.tables[0].rows] == [
        (4 + 5.5 + 4 + 4) / 4,
        (3 + 4 + 2.5 + 3) / 4,
        (5 + 2.5 + 5 + 5) / 4,
        (6 + 5.5 + 6 + 6) / 4,
        (1 + 1 + 1 + 2) / 4,
        (2 + 2.5 + 2.5 + 1) / 4,
    ]


def test_published_figures_stand_beside(one_seed):
    results = read_results(one_seed)
    assert row_of(results, 'MTAN', 'equal').published.metrics['seg/mIoU'] == 53.04
    assert row_of(results, 'One Task').published.metrics['depth/rel_err'] == 34.17
    assert 'Epochs: 4 here, 200 as published.' in results.tables[0].differences


def test_unfinished_runs_are_named_and_left_out(damaged):
    (damaged / 'streets7/mtan/equal/seed1/record.json').unlink()
    (damaged / 'streets7/one-task-depth/seed0/record.json').unlink()
    results = read_results(damaged, 'last')
    row = row_of(results, 'MTAN', 'equal')
    assert row.missing == ('streets7/mtan/equal/seed1',)
    assert row.metrics['seg/mIoU'].mean == pytest.approx(55)
    # seed 1 of MTAN and seed 0 of the baseline are gone: no seed is left to compare
    assert row.gains == {}
    assert row_of(results, 'MTAN', 'dwa (T=2)').gains['task-mean'].count == 1
    baseline = row_of(results, 'One Task')
    assert baseline.missing == ('streets7/one-task-depth/seed0',)
    assert baseline.metrics['depth/abs_err'].count == 1
    assert baseline.metrics['seg/mIoU'].count == 2
    assert (baseline.num_params, baseline.params_ratio) == (2000, 2.0)


def test_nothing_is_finished(tmp_path):
    suite = write_benchmark(tmp_path)
    for spec in suite.specs():
        (tmp_path / spec.folder / 'record.json').unlink()
    (table,) = read_results(tmp_path).tables
    assert table.metrics == ()
    assert sum(len(row.missing) for row in table.rows) == len(suite.specs())
    assert all(row.runs == () and row.mean_rank is None for row in table.rows)
    assert table.differences == ()


def test_a_record_of_other_settings_is_left_out(damaged):
    folder = damaged / 'streets7/mtan/equal/seed0'
    spec = next(
        s for s in read_suite(damaged / 'suite.yaml').specs() if damaged / s.folder == folder
    )
    other = dataclasses.replace(spec, cfg_options={**spec.cfg_options, 'train_cfg.max_epochs': 9})
    write_record(record_of(other), folder)
    results = read_results(damaged)
    assert row_of(results, 'MTAN', 'equal').missing == ('streets7/mtan/equal/seed0',)
    (note,) = results.tables[0].notes
    assert 'not the run that the suite asks for: train_cfg.max_epochs is 9' in note


def test_more_seeds_than_the_suite_has(one_seed, tmp_path):
    folder = shutil.copytree(one_seed, tmp_path / 'copy')
    suite = read_suite(folder / 'suite.yaml')
    for spec in suite.specs([5]):
        if spec.architecture == 'MTAN':
            write_run(folder, spec)
    results = read_results(folder, 'last')
    assert row_of(results, 'MTAN', 'equal').metrics['seg/mIoU'].mean == pytest.approx((55 + 60) / 2)
    assert row_of(results, 'STAN').missing == (
        'streets7/stan-seg/seed5',
        'streets7/stan-depth/seed5',
    )


def test_a_log_with_fewer_validations_is_noted(one_seed):
    (note,) = read_results(one_seed, 'last-10').tables[0].notes
    assert note.startswith('8 of 8 runs have fewer than 10 validations, the shortest 4')


def test_a_metric_that_is_not_a_number_has_no_gain(damaged):
    log = damaged / 'streets7/mtan/equal/seed0/20250101_000000/vis_data/scalars.json'
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    lines[-1]['seg/mIoU'] = math.nan
    log.write_text(''.join(json.dumps(line) + '\n' for line in lines))
    results = read_results(damaged, 'last')
    row = row_of(results, 'MTAN', 'equal')
    assert math.isnan(row.metrics['seg/mIoU'].mean)
    assert row.mean_rank is None
    assert row.gains['task-mean'].count == 1
    (note,) = results.tables[0].notes
    assert note.startswith('MTAN, equal, seed 0: no relative gain. metrics: expected a finite seg/')


def test_notes_say_how_values_came_about(two_seeds, one_seed):
    notes = ' '.join(read_results(two_seeds).notes)
    assert 'mean of the last 2 validations' in notes
    assert 'sample standard deviation over seeds' in notes
    assert 'LibMTL' in notes
    assert 'one seed: differences may be chance' in ' '.join(read_results(one_seed).notes)


def test_mistakes(tmp_path, one_seed):
    with pytest.raises(FileNotFoundError, match='suite.yaml'):
        read_results(tmp_path)
    with pytest.raises(ValueError, match='average: expected last-K, last or best'):
        read_results(one_seed, 'first')
