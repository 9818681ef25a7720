import dataclasses

from mmmtl.evaluation.logged_scalars import LogEntry, RunScalars
from mmmtl_bench.report.figures.plan_task_weights import plan_task_weights
from tests.utils.run_folders import EPOCHS


def test_weights_of_an_architecture(results, drawn, tmp_path, figure_of):
    calls = drawn('task_weights', 'draw_task_weights')
    figure_of(results, '1-weights-mtan').draw(tmp_path / 'a.png')
    (runs, _), _ = calls[0]
    assert list(runs) == ['equal', 'dwa (T=2)']
    assert runs['equal'].series('train', 'seg/epoch_weight')[1] == [1] * EPOCHS


def test_runs_that_log_no_weights_have_no_figure(results):
    (table,) = results.tables
    rows = []
    for line in table.rows:
        scalars = RunScalars(train=[LogEntry(1, {'seg/epoch_raw': 1.0})])
        runs = tuple(dataclasses.replace(run, scalars=scalars) for run in line.runs)
        rows.append(dataclasses.replace(line, runs=runs if line.architecture == 'MTAN' else ()))
    assert list(plan_task_weights(dataclasses.replace(table, rows=tuple(rows)), 0)) == []
    titles = [figure.title for figure in plan_task_weights(table, 0)]
    assert titles == ['Split Wide', 'MTAN']
