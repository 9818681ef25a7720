"""From runs to a table, against values computed by hand; see run_folders.py."""

import json
import math

import pytest

from mmmtl_bench.results.results import read_results
from tests.utils.run_folders import SUITE, row_of


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


def test_a_suite_may_choose_the_columns(damaged):
    suite = damaged / 'suite.yaml'
    text = suite.read_text()
    assert text.count('  baseline:') == 1
    chosen = '  metrics: [depth/abs_err, seg/mIoU, seg/none]\n  baseline:'
    suite.write_text(text.replace('  baseline:', chosen))
    results = read_results(damaged, 'last')
    (table,) = results.tables
    assert table.metrics == table.counted == ('depth/abs_err', 'seg/mIoU')
    # mIoU 55 and 56 against 50 and 51; the other metrics of the tasks do not count
    gain = ((0.02 / 0.1 + 5 / 50) / 2 + (0.02 / 0.09 + 5 / 51) / 2) / 2
    assert {name: value.mean for name, value in row_of(results, 'MTAN', 'equal').gains.items()} == {
        'task-mean': pytest.approx(100 * gain),
        'main-metric': pytest.approx(100 * gain),
        'metric-mean': pytest.approx(-100 * gain),
    }
    # means of mIoU 50.5 51.5 49.5 48.5 55.5 53; of the error 0.095 0.085 0.105 0.115 0.075 0.085
    ranks = [row.mean_rank for row in table.rows]
    assert ranks == [4, (3 + 2.5) / 2, 5, 6, 1, (2 + 2.5) / 2]


def test_errors_at_a_finite_distance_are_shown_and_not_counted(damaged):
    ranks = [row.mean_rank for row in read_results(damaged).tables[0].rows]
    for number, log in enumerate(sorted(damaged.rglob('scalars.json'))):
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        for line in lines:
            if 'depth/rel_err' in line:
                line['depth/rel_err_finite'] = 0.1 + number
        log.write_text(''.join(json.dumps(line) + '\n' for line in lines))
    (table,) = read_results(damaged).tables
    assert table.metrics[-2:] == ('depth/rel_err', 'depth/rel_err_finite')
    assert [row.mean_rank for row in table.rows] == ranks
    assert any('_finite leave infinitely far pixels out' in note for note in table.notes)


def test_single_task_lines_join_their_tasks(one_seed):
    results = read_results(one_seed, 'last')
    row = row_of(results, 'STAN')
    shown = {key: row.metrics[key].mean for key in results.tables[0].metrics}
    assert shown == pytest.approx(
        {'seg/mIoU': 51.0, 'seg/aAcc': 81.0, 'depth/abs_err': 0.09, 'depth/rel_err': 1.9}
    )
    assert (row.num_params, row.params_ratio, row.flops) == (3000, 3.0, 3 * 10**9)


def test_trained_parameters_are_counted_where_all_records_tell(damaged):
    def counts():
        results = read_results(damaged)
        row = row_of(results, 'STAN')
        told = any(note.startswith('Trained and frozen') for note in results.definitions)
        return row.num_params, row.num_trained, row.has_frozen, told

    assert counts() == (3000, None, False, False)
    for path in damaged.rglob('record.json'):
        record = json.loads(path.read_text())
        path.write_text(json.dumps({**record, 'num_trained': record['num_params'] - 100}))
    assert counts() == (3000, 2800, True, True)


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


def test_published_lines_that_are_none_of_ours_may_stand_below(damaged):
    suite = damaged / 'suite.yaml'
    suite.write_text(suite.read_text().replace('    table: 2', '    table: 2\n    others: true'))
    (table,) = read_results(damaged).tables
    others = table.rows[6:]
    assert [(row.architecture, row.weighting) for row in others[:2]] == [
        ('Split Wide', 'uncertainty'),
        ('Split Deep', 'equal'),
    ]
    assert len(others) == 17 - 6
    assert all(row.metrics == {} and row.missing == () and not row.gains for row in others)
    assert others[0].published.metrics['seg/mIoU'] == 51.21
    assert [row.mean_rank is None for row in table.rows] == [False] * 6 + [True] * 11


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
