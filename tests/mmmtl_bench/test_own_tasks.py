"""Tables of tasks that the package does not know, from the folder of a benchmark to its files."""

import csv
import io
import json
from dataclasses import replace

import pytest
import yaml

from mmmtl.tasks import ClassTask
from mmmtl_bench.report.latex import results_latex
from mmmtl_bench.report.markdown import results_markdown
from mmmtl_bench.report.page import render_page
from mmmtl_bench.report.table_grid import make_grid
from mmmtl_bench.report.tidy_csv import results_csv
from mmmtl_bench.results.results import read_results
from mmmtl_bench.run.run_record import RECORD_FILE, write_record
from mmmtl_bench.suite.run_spec import SPEC_FILE
from mmmtl_bench.suite.suite_reading import read_suite
from tests.utils.run_folders import record_of, row_of

TASKS = dict(
    parts=dict(type='ClassTask', classes=['head', 'body', 'legs']),
    edge=dict(type='BinaryTask'),
    albedo=dict(type='VectorTask', channels=3),
)
METRICS = ('parts/mIoU', 'parts/aAcc', 'edge/maxF', 'edge/AP', 'albedo/rmse', 'albedo/epe')
VALUES = {
    'One Task': (50.0, 80.0, 60.0, 40.0, 0.20, 0.40),
    'MTAN': (55.0, 76.0, 66.0, 40.0, 0.15, 0.50),
}
MAIN = (5 / 50, 6 / 60, 0.05 / 0.20)
ALL = (5 / 50, -4 / 80, 6 / 60, 0, 0.05 / 0.20, -0.1 / 0.4)


def write_config(path, tasks):
    heads = {name: dict(type='Head') for name in tasks}
    path.write_text(f'tasks = {TASKS!r}\nmodel = dict(decode_head={heads!r})\n')
    return str(path)


def write_runs(folder, with_tasks=True):
    """Writes a suite and its finished runs, each with one validation."""
    folder.mkdir()
    table = dict(
        title='Scenes',
        dataset='scenes',
        baseline='One Task',
        single_task={
            'One Task': {name: write_config(folder / f'{name}.py', [name]) for name in TASKS}
        },
        multi_task={'MTAN': write_config(folder / 'all.py', TASKS)},
    )
    suite = dict(title='Own tasks', average='last', weightings={'equal': 'equal'}, tables=[table])
    (folder / 'suite.yaml').write_text(yaml.safe_dump(suite, sort_keys=False))
    for spec in read_suite(folder / 'suite.yaml').specs():
        log = folder / spec.folder / '20250101_000000' / 'vis_data' / 'scalars.json'
        log.parent.mkdir(parents=True)
        (folder / spec.folder / SPEC_FILE).write_text(json.dumps(spec.to_json()))
        values = dict(zip(METRICS, VALUES[spec.architecture], strict=True))
        own = {key: value for key, value in values.items() if key.split('/')[0] in spec.tasks}
        line = {**own, **{f'{task}/val_loss': 1.0 for task in spec.tasks}, 'step': 1}
        train = {'loss': 1.0, 'epoch': 1, 'iter': 10, 'step': 10}
        log.write_text(''.join(json.dumps(values) + '\n' for values in (train, line)))
        tasks = {name: TASKS[name] for name in spec.tasks} if with_tasks else {}
        write_record(replace(record_of(spec), tasks=tasks), folder / spec.folder)
    return folder


@pytest.fixture(scope='module')
def results(tmp_path_factory):
    return read_results(write_runs(tmp_path_factory.mktemp('own') / 'runs'))


def test_a_table_has_the_metrics_of_the_defined_tasks(results):
    (table,) = results.tables
    assert table.metrics == METRICS
    assert list(table.tasks) == list(TASKS)
    assert table.tasks['parts'] == ClassTask(name='parts', classes=('head', 'body', 'legs'))
    shown = row_of(results, 'MTAN', 'equal').metrics
    assert [shown[key].mean for key in METRICS] == list(VALUES['MTAN'])


def test_gains_are_over_the_defined_tasks(results):
    gains = row_of(results, 'MTAN', 'equal').gains
    assert gains['main-metric'].mean == pytest.approx(100 * sum(MAIN) / 3)
    assert gains['task-mean'].mean == pytest.approx(100 * sum(ALL) / 6)
    assert gains['metric-mean'].mean == pytest.approx(-100 * sum(ALL) / 6)
    assert results.tables[0].notes == ()


def test_ranks_know_which_way_is_better(results):
    # better in three metrics, equal in one and worse in two
    assert row_of(results, 'MTAN', 'equal').mean_rank == pytest.approx((3 * 1 + 1.5 + 2 * 2) / 6)


def test_columns_have_their_task_and_direction(results):
    grid = make_grid(results.tables[0])
    columns = {column.full_name: column for column in grid.columns}
    assert set(METRICS) <= set(columns)
    assert [columns[key].higher_is_better for key in METRICS] == [True] * 4 + [False] * 2
    assert [group.name for group in grid.groups if group.name][:3] == list(TASKS)
    texts = [cell.text for cell in grid.lines[-1].cells]
    assert {'55.00', '66.00', '0.1500', f'{100 * sum(MAIN) / 3:+.2f}'} <= set(texts)


def test_every_document_shows_them(results):
    lines = list(csv.DictReader(io.StringIO(results_csv(results))))
    found = {
        (line['architecture'], line['metric']): float(line['mean'])
        for line in lines
        if line['metric'] in METRICS or line['metric'].startswith('gain/')
    }
    assert found['MTAN', 'albedo/rmse'] == 0.15
    assert found['MTAN', 'gain/main-metric'] == pytest.approx(100 * sum(MAIN) / 3)
    for document in (render_page(results), results_markdown(results), results_latex(results)):
        for name in ('parts', 'edge', 'albedo', 'maxF', 'epe'):
            assert name in document


def test_older_records_say_nothing_of_their_tasks(tmp_path):
    folder = write_runs(tmp_path / 'runs', with_tasks=False)
    for path in folder.rglob(RECORD_FILE):
        values = json.loads(path.read_text())
        assert values.pop('tasks') == {}
        path.write_text(json.dumps(values))
    results = read_results(folder)
    (table,) = results.tables
    assert (table.metrics, dict(table.tasks)) == ((), {})
    assert 'counted: expected at least one metric' in table.notes[0]


def test_a_kind_that_is_not_imported_here_is_left_out_with_a_note(tmp_path):
    folder = write_runs(tmp_path / 'runs')
    for path in folder.rglob(RECORD_FILE):
        path.write_text(path.read_text().replace('VectorTask', 'FarAwayTask'))
    (table,) = read_results(folder).tables
    assert table.metrics == METRICS[:4]
    assert list(table.tasks) == ['parts', 'edge']
    (note,) = (note for note in table.notes if 'FarAwayTask' in note)
    assert note.startswith('The metrics of albedo are not shown, its definition is not understood.')


def test_definitions_that_differ_are_said(tmp_path):
    folder = write_runs(tmp_path / 'runs')
    path = next(path for path in folder.rglob(RECORD_FILE) if 'mtan' in path.parts)
    path.write_text(path.read_text().replace('"legs"', '"feet"'))
    (table,) = read_results(folder).tables
    (difference,) = table.differences
    assert difference.startswith('The runs define the task parts differently: ')
    assert '"feet"' in difference
    assert '"legs"' in difference
