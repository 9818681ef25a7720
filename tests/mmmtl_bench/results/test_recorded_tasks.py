"""Tables of a folder whose configs are programs of a stranger."""

import json

import pytest
import yaml

from mmmtl_bench.results.recorded_tasks import RecordedTasks
from mmmtl_bench.results.results import read_results
from mmmtl_bench.suite import config_files
from mmmtl_bench.suite.suite_reading import read_suite
from tests.utils.run_folders import SUITE, row_of, write_run

PROGRAM = "_base_ = {base!r}\nopen({canary!r}, 'w').close()\n"


@pytest.fixture
def foreign(tmp_path):
    """A benchmark whose configs are files that leave a trace when they are read."""
    folder = tmp_path / 'runs'
    folder.mkdir()
    (table,) = SUITE['tables']

    def moved(config):
        path = tmp_path / config
        base = f'mmmtl::{config}'
        path.write_text(PROGRAM.format(base=base, canary=str(tmp_path / 'canary')))
        return str(path)

    single = {
        name: {task: moved(config) for task, config in tasks.items()}
        for name, tasks in table['single_task'].items()
    }
    multi = {name: moved(config) for name, config in table['multi_task'].items()}
    table = {**table, 'single_task': single, 'multi_task': multi}
    suite = folder / 'suite.yaml'
    suite.write_text(yaml.safe_dump({**SUITE, 'tables': [table]}))
    for spec in read_suite(suite).specs():
        write_run(folder, spec)
    (tmp_path / 'canary').unlink()
    config_files._read.cache_clear()
    return folder


def test_tables_need_no_config(foreign, tmp_path):
    results = read_results(foreign)
    assert not (tmp_path / 'canary').exists()
    assert row_of(results, 'MTAN', 'equal').metrics['seg/mIoU'].mean == 54.5
    assert row_of(results, 'One Task').metrics['depth/abs_err'].mean == pytest.approx(0.105)
    assert results.tables[0].missing == ()
    trusted = read_results(foreign, trust=True)
    assert (tmp_path / 'canary').exists()
    assert trusted == results


def test_neither_do_they_need_the_files(foreign, tmp_path):
    for path in tmp_path.glob('*.py'):
        path.unlink()
    assert len(read_results(foreign).tables[0].rows) == 6


def test_runs_that_are_not_finished_are_missing(foreign, tmp_path):
    for path in foreign.glob('**/mtan/**/record.json'):
        path.unlink()
    (table,) = read_results(foreign).tables
    assert set(table.missing) == {'streets7/mtan/equal/seed0', 'streets7/mtan/dwa-t-2/seed0'}
    assert not (tmp_path / 'canary').exists()


def test_of_several_runs_that_with_the_same_options_counts(foreign, tmp_path):
    record = foreign / 'streets7/one-task-seg/seed0/record.json'
    values = json.loads(record.read_text())
    config = values['spec']['config']
    for name, tasks, options in (('a', ['seg'], {'x': 1}), ('b', ['depth'], {'x': 2})):
        spec = {**values['spec'], 'tasks': tasks, 'cfg_options': options, 'config': 'own.py'}
        path = foreign / name / 'seed0' / 'record.json'
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({**values, 'spec': spec}))
    (foreign / 'b' / 'seed0' / 'other.json').write_text('{')
    tasks_of = RecordedTasks(foreign)
    assert tasks_of('own.py', {'x': 1}) == ('seg',)
    assert tasks_of('own.py', {'x': 2}) == ('depth',)
    assert tasks_of(config, {}) == ('seg',)
    assert tasks_of('nowhere.py', {}) == ()
    assert not (tmp_path / 'canary').exists()


def test_configs_of_the_package_are_read(tmp_path):
    config = 'mtan_segnet_cityscapes7.py'
    tasks_of = RecordedTasks(tmp_path)
    assert tasks_of(config, {}) == ('seg', 'depth')
