"""Lines of a table for figures, and their means over the seeds."""

import dataclasses

import pytest

from mmmtl_bench.report.figures.rows import (
    find_baseline,
    in_parts,
    mean_scalars,
    metric_curve,
    rows_in_parts,
    rows_with,
    runs_of,
    table_weightings,
)
from tests.utils.run_folders import EPOCHS, row_of


def test_seeds_are_averaged_and_tasks_joined(results):
    single = mean_scalars(row_of(results, 'One Task'))
    epochs = list(range(1, EPOCHS + 1))
    assert single.by_epoch
    # 50 in the last epoch of seed 0, 1 less each epoch before, 1 more for seed 1
    assert single.series('val', 'seg/mIoU') == (epochs, [47.5, 48.5, 49.5, 50.5])
    assert single.series('val', 'depth/val_loss') == (epochs, [4.5, 3.5, 2.5, 1.5])
    assert single.series('train', 'seg/epoch_raw') == (epochs, [4, 3, 2, 1])
    assert 'loss' not in single.keys('train')  # that of one task stands for nothing

    curve = metric_curve(row_of(results, 'One Task'), 'seg/mIoU')
    assert curve.values == [47.5, 48.5, 49.5, 50.5]
    assert curve.spread == pytest.approx([0.5**0.5] * EPOCHS)
    # one seed of this line is not finished
    lone = metric_curve(row_of(results, 'Split Wide', 'dwa (T=2)'), 'seg/mIoU')
    assert (lone.values, list(lone.spread)) == ([45, 46, 47, 48], [])


def test_parts():
    assert in_parts([]) == []
    assert in_parts(list(range(7))) == [list(range(7))]
    assert in_parts(list(range(8))) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert in_parts(list('abcde'), 2) == [['a', 'b'], ['c'], ['d', 'e']]


def test_parts_of_many_architectures_have_the_baseline(results):
    (table,) = results.tables
    line = row_of(results, 'MTAN', 'equal')
    many = [dataclasses.replace(line, architecture=f'net {index}') for index in range(9)]
    table = dataclasses.replace(table, rows=(*many, *table.rows))
    parts = rows_in_parts(table, 'equal')
    assert [len(part) for part in parts] == [7, 7]
    baseline = find_baseline(table)
    assert all(part[0] is baseline for part in parts)
    names = [row.architecture for part in parts for row in part[1:]]
    assert names == ['STAN', *(f'net {index}' for index in range(9)), 'Split Wide', 'MTAN']


def test_what_a_table_has(results):
    (table,) = results.tables
    assert table_weightings(table) == ['equal', 'dwa (T=2)']
    assert find_baseline(table) is table.rows[0]
    assert find_baseline(dataclasses.replace(table, baseline=None)) is None
    names = [(row.architecture, row.weighting) for row in rows_with(table, 'dwa (T=2)')]
    assert names == [
        ('One Task', None),
        ('STAN', None),
        ('Split Wide', 'dwa (T=2)'),
        ('MTAN', 'dwa (T=2)'),
    ]


def test_the_baseline_comes_first_wherever_it_stands(results):
    (table,) = results.tables
    turned = dataclasses.replace(table, rows=table.rows[::-1])
    assert [row.architecture for row in rows_with(turned, 'equal')] == [
        'One Task',
        'STAN',
        'MTAN',
        'Split Wide',
    ]


def test_runs_that_learned_a_task(results):
    runs = runs_of(row_of(results, 'One Task'), 'depth')
    assert [(run.spec.tasks, run.spec.seed) for run in runs] == [(('depth',), 0), (('depth',), 1)]
    assert runs_of(row_of(results, 'MTAN', 'equal'), 'normal') == []


def test_single_task_lines_alone_make_no_part(results):
    (table,) = results.tables
    assert rows_in_parts(table, 'learnable') == []
