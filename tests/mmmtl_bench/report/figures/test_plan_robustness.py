import dataclasses

import pytest

from mmmtl_bench.report.figures.plan_robustness import plan_robustness


def test_robustness(results, drawn, tmp_path, figure_of):
    curves = drawn('robustness', 'draw_weighting_curves')
    spread = drawn('robustness', 'draw_weighting_spread')
    figure_of(results, '1-weighting-curves-depth-abs-err').draw(tmp_path / 'a.png')
    figure_of(results, '1-weighting-spread').draw(tmp_path / 'a.png')

    (by_name, metric, _, baseline, name), _ = curves[0]
    assert (metric, name) == ('depth/abs_err', 'One Task')
    assert {architecture: list(lines) for architecture, lines in by_name.items()} == {
        'Split Wide': ['equal', 'dwa (T=2)'],
        'MTAN': ['equal', 'dwa (T=2)'],
    }
    assert baseline.values[-1] == pytest.approx(0.095)  # 0.10 and 0.09
    (values, _, known, name), _ = spread[0]
    assert list(values) == ['seg/mIoU', 'depth/abs_err']
    # mean of the last two epochs, and of two seeds where both are finished
    assert values['seg/mIoU']['MTAN'] == {'equal': 55.0, 'dwa (T=2)': 52.5}
    assert values['seg/mIoU']['Split Wide'] == {'equal': 49.0, 'dwa (T=2)': 47.5}
    assert known['seg/mIoU'] == 50.0


def test_one_weighting_cannot_be_compared(results):
    (table,) = results.tables
    rows = tuple(row for row in table.rows if row.weighting in (None, 'equal'))
    assert list(plan_robustness(dataclasses.replace(table, rows=rows), 0)) == []


def test_many_weightings_are_split_among_figures(results):
    (table,) = results.tables
    line = table.rows[-1]
    rows = tuple(dataclasses.replace(line, weighting=f'w{number}') for number in range(8))
    figures = list(plan_robustness(dataclasses.replace(table, rows=rows), 1))
    assert [figure.name for figure in figures] == [
        '2-weighting-spread',
        '2-weighting-curves-seg-miou-1',
        '2-weighting-curves-seg-miou-2',
        '2-weighting-curves-depth-abs-err-1',
        '2-weighting-curves-depth-abs-err-2',
    ]
    assert figures[1].title == 'seg/mIoU, part 1 of 2'
