import dataclasses

from mmmtl_bench.report.figures.plan_qualitative import plan_qualitative
from tests.utils.run_folders import CLASSES


def test_predictions_side_by_side(results, drawn, tmp_path, figure_of):
    calls = drawn('qualitative', 'draw_comparison')
    figure_of(results, '1-predictions-equal').draw(tmp_path / 'a.png')
    (rows, metainfo, _), _ = calls[0]
    assert len(rows) == 3
    assert metainfo['classes'] == CLASSES
    for line in rows:
        assert list(line.labels) == ['seg', 'depth']
        # both networks of the single-task line have one column
        assert {name: sorted(maps) for name, maps in line.predictions.items()} == {
            key: ['depth', 'seg'] for key in ('One Task', 'STAN', 'Split Wide', 'MTAN')
        }
        mtan = line.predictions['MTAN']
        assert (mtan['seg'] == line.labels['seg'].flip(-1)).all()


def test_runs_without_panels_have_no_picture(results, tmp_path):
    (table,) = results.tables
    rows = []
    for line in table.rows:
        runs = tuple(dataclasses.replace(run, folder=tmp_path) for run in line.runs)
        rows.append(dataclasses.replace(line, runs=runs))
    assert list(plan_qualitative(dataclasses.replace(table, rows=tuple(rows)), 0)) == []
    assert {figure.formats for figure in plan_qualitative(table, 0)} == {('.png',)}
