"""Which figures a benchmark has, and the numbers in them."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from mmmtl_bench.report.figures import draw_figure, plan_figures
from mmmtl_bench.report.figures.plan_class_count import collect_gains, plan_class_count
from mmmtl_bench.report.figures.plan_class_gain import mean_scores
from mmmtl_bench.report.figures.rows import (
    find_baseline,
    in_parts,
    mean_scalars,
    metric_curve,
    rows_in_parts,
)
from mmmtl_bench.results.result_types import Value
from mmmtl_bench.results.results import read_results
from tests.utils.run_folders import CLASSES, EPOCHS, PARAMS, SHARES, write_benchmark

SEEDS = (0, 1)


@pytest.fixture(scope='module')
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp('benchmark')
    write_benchmark(folder, SEEDS, unfinished=['streets7/split-wide/dwa-t-2/seed1'])
    return read_results(folder)


@pytest.fixture
def drawn(monkeypatch):
    """Remembers what a module of the figures gives to its drawing function."""

    def watch(module, name):
        calls = []
        target = f'mmmtl_bench.report.figures.plan_{module}.{name}'
        monkeypatch.setattr(target, lambda *args, **kwargs: calls.append((args, kwargs)))
        return calls

    return watch


def figure(results, name):
    (found,) = (figure for figure in plan_figures(results) if figure.name == name)
    return found


def row(results, architecture, weighting=None):
    (table,) = results.tables
    (found,) = (r for r in table.rows if (r.architecture, r.weighting) == (architecture, weighting))
    return found


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


def test_a_figure_has_a_file_for_each_format(results, tmp_path):
    drawn = draw_figure(figure(results, '1-weighting-spread'), tmp_path / 'new' / 'figures')
    assert [file.name for file in drawn.files] == [
        '1-weighting-spread.png',
        '1-weighting-spread.pdf',
    ]
    assert drawn.picture.read_bytes().startswith(b'\x89PNG')
    assert drawn.files[1].read_bytes().startswith(b'%PDF')


def test_without_finished_runs_there_is_nothing_to_draw(results):
    (table,) = results.tables
    rows = tuple(dataclasses.replace(row, runs=(), metrics={}, gains={}) for row in table.rows)
    empty = dataclasses.replace(results, tables=(dataclasses.replace(table, rows=rows),))
    assert plan_figures(empty) == []


def test_without_the_baseline_there_is_nothing_to_gain_over(results, drawn, tmp_path):
    (table,) = results.tables
    rows = tuple(
        dataclasses.replace(row, runs=(), metrics={}) if row.architecture == 'One Task' else row
        for row in table.rows
    )
    lone = dataclasses.replace(results, tables=(dataclasses.replace(table, rows=rows),))
    kinds = {figure.name.removeprefix('1-').rpartition('-')[0] for figure in plan_figures(lone)}
    assert not any(kind.startswith('class-gain') for kind in kinds)
    spread = drawn('robustness', 'draw_weighting_spread')
    figure(lone, '1-weighting-spread').draw(tmp_path / 'a.png')
    assert len(spread[0][0]) == 2  # values and file, no baseline


def test_seeds_are_averaged_and_tasks_joined(results):
    single = mean_scalars(row(results, 'One Task'))
    epochs = list(range(1, EPOCHS + 1))
    assert single.by_epoch
    # 50 in the last epoch of seed 0, 1 less each epoch before, 1 more for seed 1
    assert single.series('val', 'seg/mIoU') == (epochs, [47.5, 48.5, 49.5, 50.5])
    assert single.series('val', 'depth/val_loss') == (epochs, [4.5, 3.5, 2.5, 1.5])
    assert single.series('train', 'seg/epoch_raw') == (epochs, [4, 3, 2, 1])
    assert 'loss' not in single.keys('train')  # that of one task stands for nothing

    curve = metric_curve(row(results, 'One Task'), 'seg/mIoU')
    assert curve.values == [47.5, 48.5, 49.5, 50.5]
    assert curve.spread == pytest.approx([0.5**0.5] * EPOCHS)
    # one seed of this line is not finished
    lone = metric_curve(row(results, 'Split Wide', 'dwa (T=2)'), 'seg/mIoU')
    assert (lone.values, list(lone.spread)) == ([45, 46, 47, 48], [])


def test_learning_curves_of_a_weighting(results, drawn, tmp_path):
    calls = drawn('learning_curves', 'draw_learning_curves')
    figure(results, '1-learning-curves-equal').draw(tmp_path / 'a.png')
    (runs, path, keys), _ = calls[0]
    assert list(runs) == ['One Task', 'STAN', 'Split Wide', 'MTAN']
    assert keys == ['seg/loss', 'seg/gap', 'depth/loss', 'depth/gap']
    assert path == tmp_path / 'a.png'
    assert runs['MTAN'].series('val', 'seg/mIoU')[1][-1] == 55.5


def test_gain_of_the_classes(results, drawn, tmp_path):
    calls = drawn('class_gain', 'draw_class_gain')
    figure(results, '1-class-gain-equal').draw(tmp_path / 'a.png')
    (baseline, models, classes, _, name), _ = calls[0]
    assert name == 'One Task'
    assert classes == CLASSES
    assert list(models) == ['STAN', 'Split Wide', 'MTAN']
    np.testing.assert_allclose(baseline.share, SHARES)
    expected = np.full(len(CLASSES), (PARAMS['MTAN'] - PARAMS['One Task']) / 100)
    np.testing.assert_allclose(models['MTAN'].iou - baseline.iou, expected)


def test_class_scores_are_means_over_the_seeds(results):
    line = row(results, 'MTAN', 'equal')
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


def test_robustness(results, drawn, tmp_path):
    curves = drawn('robustness', 'draw_weighting_curves')
    spread = drawn('robustness', 'draw_weighting_spread')
    figure(results, '1-weighting-curves-depth-abs-err').draw(tmp_path / 'a.png')
    figure(results, '1-weighting-spread').draw(tmp_path / 'a.png')

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


def test_weights_of_an_architecture(results, drawn, tmp_path):
    calls = drawn('task_weights', 'draw_task_weights')
    figure(results, '1-weights-mtan').draw(tmp_path / 'a.png')
    (runs, _), _ = calls[0]
    assert list(runs) == ['equal', 'dwa (T=2)']
    assert runs['equal'].series('train', 'seg/epoch_weight')[1] == [1] * EPOCHS


def test_predictions_side_by_side(results, drawn, tmp_path):
    calls = drawn('qualitative', 'draw_comparison')
    figure(results, '1-predictions-equal').draw(tmp_path / 'a.png')
    (rows, metainfo, _), _ = calls[0]
    assert len(rows) == 3
    assert metainfo['classes'] == CLASSES
    for line in rows:
        assert list(line.labels) == ['seg', 'depth']
        # both networks of the single-task line have one column
        assert {name: sorted(maps) for name, maps in line.predictions.items()} == dict.fromkeys(
            ('One Task', 'STAN', 'Split Wide', 'MTAN'), ['depth', 'seg']
        )
        mtan = line.predictions['MTAN']
        assert (mtan['seg'] == line.labels['seg'].flip(-1)).all()


def with_classes(results, count, gain):
    """The benchmark's table on as many classes; MTAN's mIoU lies a share above the baseline's."""
    (table,) = results.tables
    names = [f'class {index}' for index in range(count)]
    rows = []
    for line in table.rows:
        runs = tuple(
            dataclasses.replace(
                run,
                record=dataclasses.replace(
                    run.record, class_names=run.record.class_names and names
                ),
            )
            for run in line.runs
        )
        metrics = dict(line.metrics)
        if line.architecture == 'MTAN':
            metrics['seg/mIoU'] = Value(50 * (1 + gain), 1.0, 2)
        rows.append(dataclasses.replace(line, runs=runs, metrics=metrics))
    return dataclasses.replace(table, dataset=f'streets{count}', rows=tuple(rows))


def test_gain_against_the_number_of_classes(results):
    tables = (with_classes(results, 19, 0.1), with_classes(results, 2, -0.02))
    several = dataclasses.replace(results, tables=tables)
    figures = list(plan_class_count(several))
    assert [figure.name for figure in figures] == [
        'gain-by-classes-streets-equal',
        'gain-by-classes-streets-dwa-t-2',
    ]
    assert {figure.table for figure in figures} == {None}
    gains = collect_gains(dict(zip((19, 2), tables, strict=True)), 'equal')
    assert list(gains) == ['seg/mIoU', 'depth/abs_err', 'Δ tasks']
    mtan = gains['seg/mIoU']['MTAN']
    assert {count: gain.mean for count, gain in mtan.items()} == pytest.approx({2: -2, 19: 10})
    assert mtan[2].std == pytest.approx(2)  # 1 of 50
    # a lower error is a gain: 0.08 instead of 0.10
    assert gains['depth/abs_err']['MTAN'][2].mean == pytest.approx(20)


def test_one_number_of_classes_makes_no_figure(results):
    assert list(plan_class_count(results)) == []
    twice = dataclasses.replace(results, tables=results.tables * 2)
    assert list(plan_class_count(twice)) == []


def test_parts():
    assert in_parts([]) == []
    assert in_parts(list(range(7))) == [list(range(7))]
    assert in_parts(list(range(8))) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert in_parts(list('abcde'), 2) == [['a', 'b'], ['c'], ['d', 'e']]


def test_parts_of_many_architectures_have_the_baseline(results):
    (table,) = results.tables
    line = row(results, 'MTAN', 'equal')
    many = [dataclasses.replace(line, architecture=f'net {index}') for index in range(9)]
    table = dataclasses.replace(table, rows=(*many, *table.rows))
    parts = rows_in_parts(table, 'equal')
    assert [len(part) for part in parts] == [7, 7]
    baseline = find_baseline(table)
    assert all(part[0] is baseline for part in parts)
    names = [row.architecture for part in parts for row in part[1:]]
    assert names == ['STAN', *(f'net {index}' for index in range(9)), 'Split Wide', 'MTAN']
