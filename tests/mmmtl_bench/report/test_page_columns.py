"""Columns of a table on the page, of the runs that run_folders.py writes."""

import dataclasses

import pytest

from mmmtl_bench.report.page_columns import make_columns, make_heads
from mmmtl_bench.report.table_grid import make_grid


def column(columns, group, head):
    (found,) = (c for c in columns if (c.group, c.head) == (group, head))
    return found


def test_published_figures_stand_beside_ours(uneven_seeds, columns):
    ours = column(columns, 'seg/mIoU ↑', 'ours')
    published = column(columns, 'seg/mIoU ↑', 'published')
    assert columns.index(published) == columns.index(ours) + 1
    assert [cell.text for cell in columns[0].cells] == [
        row.architecture for row in uneven_seeds.tables[0].rows
    ]
    assert [cell.text for cell in published.cells][:2] == ['51.09', '51.90']  # as printed
    for line, cell in zip(uneven_seeds.tables[0].rows, ours.cells, strict=True):
        assert float(cell.value) == pytest.approx(line.metrics['seg/mIoU'].mean, abs=0.005)
    spreads = [cell.spread for cell in ours.cells]
    assert spreads[0] == '0.71'  # of two seeds that differ by 1
    assert spreads.count('') == 1  # MTAN with equal weights has one seed


def test_the_best_is_marked(uneven_seeds, columns):
    def best(group):
        cells = column(columns, group, 'ours').cells
        rows = uneven_seeds.tables[0].rows
        return [
            (row.architecture, row.weighting)
            for row, cell in zip(rows, cells, strict=True)
            if cell.is_best
        ]

    assert best('seg/mIoU ↑') == [('MTAN', 'equal')]
    assert best('depth/rel_err ↓') == [('MTAN', 'dwa (T=2)')]  # least


def test_columns_without_published_figures_are_alone(columns):
    alone = [c.head for c in columns if not c.group]
    assert alone == ['architecture', 'weighting', 'MR ↓', 'GFLOPs']


def test_heads(columns):
    upper, lower = make_heads(columns)
    # what sums up a line is in sight, the sizes of the networks are the last
    assert [head.text for head in upper] == [
        *('architecture', 'weighting', 'Δ tasks ↑', 'Δ main ↑', 'Δm% ↓', 'MR ↓'),
        *('seg/mIoU ↑', 'seg/aAcc ↑', 'depth/abs_err ↓', 'depth/rel_err ↓', '#P', 'GFLOPs'),
    ]
    assert {head.text: (head.span, head.lines) for head in upper}['seg/mIoU ↑'] == (2, 1)
    assert {head.text: (head.span, head.lines) for head in upper}['GFLOPs'] == (1, 2)
    assert {head.text for head in lower} == {'ours', 'published'}
    sorting = sorted(h.column for h in (*upper, *lower) if h.column is not None)
    assert sorting == list(range(len(columns)))
    assert sum(head.span for head in upper) == len(columns)
    first = {columns[head.column].group: head.first for head in lower}
    assert first['seg/mIoU ↑'] == 'descending'  # the best first
    assert first['depth/abs_err ↓'] == 'ascending'


def test_table_without_published_figures_has_one_line_of_heads(uneven_seeds):
    (table,) = uneven_seeds.tables
    rows = tuple(dataclasses.replace(row, published=None) for row in table.rows)
    columns = make_columns(make_grid(dataclasses.replace(table, published=None, rows=rows)))
    (heads,) = make_heads(columns)
    assert [head.text for head in heads] == [column.head for column in columns]
    assert not any(column.group for column in columns)


def test_a_dash_sorts_last_and_numbers_by_their_text(uneven_seeds, columns):
    gain = column(columns, 'Δ tasks ↑', 'ours')
    assert (gain.cells[0].text, gain.cells[0].value) == ('–', '')  # the baseline has no gain
    assert all(cell.value == cell.text for cell in gain.cells[1:])


def test_hints_explain_the_heads(columns):
    hints = {column.group or column.head: column.hint for column in columns}
    assert hints['#P'].startswith('parameters over those of one single-task network')
    assert hints['Δ main ↑'].startswith('main-metric: ')
    assert hints['seg/mIoU ↑'] == ''
