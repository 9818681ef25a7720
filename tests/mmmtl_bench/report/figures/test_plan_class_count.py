import dataclasses

import pytest

from mmmtl_bench.report.figures.plan_class_count import collect_gains, plan_class_count
from mmmtl_bench.results.result_types import Value


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
