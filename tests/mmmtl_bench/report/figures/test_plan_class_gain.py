import dataclasses

import numpy as np

from mmmtl_bench.report.figures.plan_class_gain import mean_scores, plan_class_gain
from tests.utils.run_folders import CLASSES, PARAMS, SHARES, row_of


def test_gain_of_the_classes(results, drawn, tmp_path, figure_of):
    calls = drawn('class_gain', 'draw_class_gain')
    figure_of(results, '1-class-gain-equal').draw(tmp_path / 'a.png')
    (baseline, models, classes, _, name), _ = calls[0]
    assert name == 'One Task'
    assert classes == CLASSES
    assert list(models) == ['STAN', 'Split Wide', 'MTAN']
    np.testing.assert_allclose(baseline.share, SHARES)
    expected = np.full(len(CLASSES), (PARAMS['MTAN'] - PARAMS['One Task']) / 100)
    np.testing.assert_allclose(models['MTAN'].iou - baseline.iou, expected)


def test_class_scores_are_means_over_the_seeds(results):
    line = row_of(results, 'MTAN', 'equal')
    iou = [[10.0, 20.0, 5.0], [30.0, 40.0, None]]
    runs = tuple(
        dataclasses.replace(
            run,
            record=dataclasses.replace(run.record, class_iou=own, class_share=[50.0, 30.0, 20.0]),
        )
        for run, own in zip(line.runs, iou, strict=True)
    )
    scores = mean_scores(dataclasses.replace(line, runs=runs))
    np.testing.assert_allclose(scores.iou, [20, 30, np.nan])
    np.testing.assert_allclose(scores.share, [50, 30, 20])


def test_runs_without_classes_have_no_figure(results):
    (table,) = results.tables
    rows = []
    for line in table.rows:
        runs = tuple(
            dataclasses.replace(run, record=dataclasses.replace(run.record, class_iou=None))
            for run in line.runs
        )
        rows.append(dataclasses.replace(line, runs=runs))
    assert list(plan_class_gain(dataclasses.replace(table, rows=tuple(rows)), 0)) == []
    lone = dataclasses.replace(table, rows=(table.rows[0], *rows[1:]))
    assert list(plan_class_gain(lone, 0)) == []
