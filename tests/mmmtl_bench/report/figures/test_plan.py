"""Which figures a benchmark has."""

import dataclasses

import numpy as np
from PIL import Image

from mmmtl_bench.report.figures import draw_figure, plan_figures


def test_plan(results):
    figures = {figure.name: figure for figure in plan_figures(results)}
    assert list(figures) == [
        '1-weighting-spread',
        '1-weighting-curves-seg-miou',
        '1-weighting-curves-depth-abs-err',
        '1-class-gain-equal',
        '1-class-gain-dwa-t-2',
        '1-learning-curves-equal',
        '1-learning-curves-dwa-t-2',
        '1-weights-split-wide',
        '1-weights-mtan',
        '1-predictions-equal',
        '1-predictions-dwa-t-2',
    ]
    assert {figure.table for figure in figures.values()} == {0}
    assert 'dashed' in figures['1-learning-curves-equal'].caption


def test_all_figures_are_drawn(results, tmp_path):
    for planned in plan_figures(results):
        (file,) = draw_figure(dataclasses.replace(planned, formats=('.png',)), tmp_path).files
        assert file == tmp_path / f'{planned.name}.png'
        with Image.open(file) as picture:
            assert np.asarray(picture.convert('L')).std() > 1  # not blank


def test_without_finished_runs_there_is_nothing_to_draw(results):
    (table,) = results.tables
    rows = tuple(dataclasses.replace(row, runs=(), metrics={}, gains={}) for row in table.rows)
    empty = dataclasses.replace(results, tables=(dataclasses.replace(table, rows=rows),))
    assert plan_figures(empty) == []


def test_without_the_baseline_there_is_nothing_to_gain_over(results, drawn, tmp_path, figure_of):
    (table,) = results.tables
    rows = tuple(
        dataclasses.replace(row, runs=(), metrics={}) if row.architecture == 'One Task' else row
        for row in table.rows
    )
    lone = dataclasses.replace(results, tables=(dataclasses.replace(table, rows=rows),))
    kinds = {figure.name.removeprefix('1-').rpartition('-')[0] for figure in plan_figures(lone)}
    assert not any(kind.startswith('class-gain') for kind in kinds)
    spread = drawn('robustness', 'draw_weighting_spread')
    figure_of(lone, '1-weighting-spread').draw(tmp_path / 'a.png')
    assert len(spread[0][0]) == 2  # values and file, no baseline
