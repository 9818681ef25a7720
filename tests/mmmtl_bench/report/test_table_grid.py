"""Tables as columns and cells of text, of the runs that run_folders.py writes."""

import dataclasses
import math

from mmmtl_bench.report.table_grid import Column, ColumnGroup, TableGrid, make_grid
from mmmtl_bench.results.result_types import ResultRow, Value


def texts(line):
    return [cell.text for cell in line.cells]


def test_columns(one_seed):
    columns = make_grid(one_seed.tables[0]).columns
    assert [column.name for column in columns] == [
        'architecture', 'weighting', '#P', 'GFLOPs', 'mIoU', 'aAcc', 'abs_err', 'rel_err',
        'Δ tasks', 'Δ main', 'Δm%', 'MR',
    ]  # fmt: skip
    assert [column.higher_is_better for column in columns[4:]] == [
        True, True, False, False, True, True, False, False,
    ]  # fmt: skip
    assert [column.group for column in columns[4:8]] == ['seg', 'seg', 'depth', 'depth']


def test_lines_have_the_published_figures_below_them(one_seed):
    lines = make_grid(one_seed.tables[0]).lines
    assert [line.is_published for line in lines] == [False, True] * 6
    # ranks of the five lines: 4 in mIoU, 5 in aAcc, 4 in each of the errors
    assert texts(lines[0]) == [
        'One Task', '–', '2.00', '2.000', '50.00', '80.00', '0.1000', '2.000',
        '–', '–', '–', '4.25',
    ]  # fmt: skip
    assert texts(lines[1]) == [
        'as published', '', '2', '', '51.09', '90.69', '0.0158', '34.17', '', '', '', '',
    ]  # fmt: skip
    assert texts(lines[2])[:3] == ['STAN', '–', '3.00']
    assert texts(lines[3])[:5] == ['as published', '', '3.04', '', '51.90']


def test_gains_of_published_figures_are_against_the_published_baseline(one_seed):
    line = texts(make_grid(one_seed.tables[0]).lines[9])  # MTAN, equal
    miou, acc = (53.04 - 51.09) / 51.09, (91.11 - 90.69) / 90.69
    error, relative = (0.0158 - 0.0144) / 0.0158, (34.17 - 33.63) / 34.17
    assert line[8] == f'{25 * (miou + acc + error + relative):+.2f}'
    assert line[9] == f'{50 * (miou + error):+.2f}'
    assert line[10] == f'{-25 * (miou + acc + error + relative):+.2f}'


def test_gains_of_published_figures_count_what_the_table_counts(one_seed):
    table = dataclasses.replace(one_seed.tables[0], counted=('seg/mIoU', 'depth/rel_err'))
    line = texts(make_grid(table).lines[9])  # MTAN, equal
    gain = 50 * ((53.04 - 51.09) / 51.09 + (34.17 - 33.63) / 34.17)
    assert line[8:11] == [f'{gain:+.2f}', f'{gain:+.2f}', f'{-gain:+.2f}']


def test_a_published_line_that_is_none_of_ours_has_no_numbers_of_ours(one_seed):
    table = one_seed.tables[0]
    other = ResultRow.of_published(table.published.find('Split Deep', 'equal'))
    grid = make_grid(dataclasses.replace(table, rows=(*table.rows, other)))
    ours, published = grid.lines[-2:]
    assert texts(ours) == ['Split Deep', 'equal', *['–'] * 10]
    assert texts(published)[:8] == [
        'as published', '', '2', '', '49.85', '88.69', '0.0180', '43.86',
    ]  # fmt: skip


def test_the_best_are_marked_as_they_are_printed(one_seed):
    def best_of(table):
        return [
            (line.cells[0].text, line.cells[1].text, column.name)
            for line in make_grid(table).lines
            for cell, column in zip(line.cells, make_grid(table).columns, strict=True)
            if cell.is_best
        ]

    table = one_seed.tables[0]
    assert best_of(table) == [
        ('MTAN', 'equal', 'mIoU'),
        ('MTAN', 'equal', 'aAcc'),
        ('MTAN', 'equal', 'abs_err'),
        ('MTAN', 'equal', 'Δ main'),
        ('MTAN', 'equal', 'MR'),
        ('MTAN', 'dwa (T=2)', 'rel_err'),
        ('MTAN', 'dwa (T=2)', 'Δ tasks'),
        ('MTAN', 'dwa (T=2)', 'Δm%'),
    ]
    stan = table.rows[1]
    close = dataclasses.replace(stan, metrics={**stan.metrics, 'seg/mIoU': Value(54.999, None, 1)})
    rows = (table.rows[0], close, *table.rows[2:])
    assert ('STAN', '–', 'mIoU') in best_of(dataclasses.replace(table, rows=rows))


def test_missing_runs_are_dashes(one_seed):
    line = texts(make_grid(one_seed.tables[0]).lines[6])
    assert line == ['Split Wide', 'dwa (T=2)', *['–'] * 10]


def test_spreads_have_the_decimals_of_their_column(two_seeds):
    cells = make_grid(two_seeds.tables[0]).lines[8].cells
    found = [(cell.text, cell.spread) for cell in cells[:8]]
    assert found == [
        ('MTAN', ''), ('equal', ''), ('1.65', ''), ('1.650', ''), ('55.50', '0.71'),
        ('84.25', '0.35'), ('0.0750', '0.0071'), ('1.750', '0.071'),
    ]  # fmt: skip


def test_what_a_table_has_not_has_no_column(one_seed):
    table = one_seed.tables[0]
    single = [row for row in table.rows if row.weighting is None]
    bare = [
        dataclasses.replace(
            row, params_ratio=None, flops=None, gains={}, mean_rank=None, published=None
        )
        for row in single
    ]
    grid = make_grid(dataclasses.replace(table, rows=tuple(bare), metrics=('seg/mIoU',)))
    assert [column.name for column in grid.columns] == ['architecture', 'mIoU']
    assert [texts(line) for line in grid.lines] == [['One Task', '50.00'], ['STAN', '51.00']]


def test_nan_is_a_dash(one_seed):
    table = one_seed.tables[0]
    row = dataclasses.replace(table.rows[0], metrics={'seg/mIoU': Value(math.nan, None, 1)})
    line = make_grid(dataclasses.replace(table, rows=(row, *table.rows[1:]))).lines[0]
    assert line.cells[4].text == '–'


def test_columns_beside_each_other_are_grouped():
    names = ('', '', 'seg', 'depth', 'depth', '')
    grid = TableGrid(tuple(Column('x', name, None) for name in names), ())
    assert grid.groups == [
        ColumnGroup('', 1, 2),
        ColumnGroup('seg', 3, 3),
        ColumnGroup('depth', 4, 5),
        ColumnGroup('', 6, 6),
    ]


def test_heads_of_columns():
    assert (Column('mIoU', 'seg', True).full_name, Column('mIoU', 'seg', True).arrow) == (
        'seg/mIoU',
        ' ↑',
    )
    assert (Column('Δm%', 'gain', False).full_name, Column('Δm%', 'gain', False).arrow) == (
        'Δm%',
        ' ↓',
    )
    assert (Column('#P', '', None).full_name, Column('#P', '', None).arrow) == ('#P', '')


def test_what_is_trained_and_frozen_has_columns_where_something_is_frozen(one_seed):
    table = one_seed.tables[0]
    first, second, *rest = table.rows
    all_of_it = dataclasses.replace(first, num_trained=first.num_params)
    grid = make_grid(dataclasses.replace(table, rows=(all_of_it, *rest)))
    assert 'trained K' not in [column.name for column in grid.columns]
    some = dataclasses.replace(second, num_params=22_060_038, num_trained=3_846)
    grid = make_grid(dataclasses.replace(table, rows=(all_of_it, some, *rest)))
    names = [column.name for column in grid.columns]
    assert names[2:6] == ['#P', 'trained K', 'frozen K', 'GFLOPs']
    found = [texts(line)[3:5] for line in grid.lines if not line.is_published]
    assert found[:3] == [['2.0', '0.0'], ['3.8', '22056.2'], ['–', '–']]
