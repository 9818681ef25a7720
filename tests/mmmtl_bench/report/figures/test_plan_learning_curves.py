import dataclasses

from mmmtl.evaluation.logged_scalars import LogEntry, RunScalars
from mmmtl_bench.report.figures.plan_learning_curves import plan_learning_curves


def test_learning_curves_of_a_weighting(results, drawn, tmp_path, figure_of):
    calls = drawn('learning_curves', 'draw_learning_curves')
    figure_of(results, '1-learning-curves-equal').draw(tmp_path / 'a.png')
    (runs, path, keys), _ = calls[0]
    assert list(runs) == ['One Task', 'STAN', 'Split Wide', 'MTAN']
    assert keys == ['seg/loss', 'seg/gap', 'depth/loss', 'depth/gap']
    assert path == tmp_path / 'a.png'
    assert runs['MTAN'].series('val', 'seg/mIoU')[1][-1] == 55.5


def test_runs_without_validation_losses_have_another_caption(results):
    (table,) = results.tables
    rows = []
    for line in table.rows:
        scalars = RunScalars(train=[LogEntry(1, {'seg/epoch_raw': 1.0})])
        runs = tuple(dataclasses.replace(run, scalars=scalars) for run in line.runs)
        rows.append(dataclasses.replace(line, runs=runs))
    changed = dataclasses.replace(table, rows=tuple(rows))
    for figure in plan_learning_curves(changed, 0):
        assert figure.caption.endswith('The runs did not log validation losses.')
    for figure in plan_learning_curves(table, 0):
        assert 'validation minus training' in figure.caption
