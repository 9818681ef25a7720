"""The runs of a line, over tasks and seeds, against values computed by hand."""

import dataclasses
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl_bench.results.averaging import ValidationAverage
from mmmtl_bench.results.results import read_results
from mmmtl_bench.results.row_reading import JoinedRuns, join_runs, values_over_seeds
from mmmtl_bench.run.run_record import write_record
from mmmtl_bench.suite.suite_reading import read_suite
from tests.utils.run_folders import record_of, row_of


def test_a_record_of_other_settings_is_left_out(damaged):
    folder = damaged / 'streets7/mtan/equal/seed0'
    spec = next(
        s for s in read_suite(damaged / 'suite.yaml').specs() if damaged / s.folder == folder
    )
    other = dataclasses.replace(spec, cfg_options={**spec.cfg_options, 'train_cfg.max_epochs': 9})
    write_record(record_of(other), folder)
    results = read_results(damaged)
    assert row_of(results, 'MTAN', 'equal').missing == ('streets7/mtan/equal/seed0',)
    (note,) = results.tables[0].notes
    assert 'not the run that the suite asks for: train_cfg.max_epochs is 9' in note


def test_unfinished_runs_are_named_and_left_out(damaged):
    (damaged / 'streets7/mtan/equal/seed1/record.json').unlink()
    (damaged / 'streets7/one-task-depth/seed0/record.json').unlink()
    results = read_results(damaged, 'last')
    row = row_of(results, 'MTAN', 'equal')
    assert row.missing == ('streets7/mtan/equal/seed1',)
    assert row.metrics['seg/mIoU'].mean == pytest.approx(55)
    # seed 1 of MTAN and seed 0 of the baseline are gone: no seed is left to compare
    assert row.gains == {}
    assert row_of(results, 'MTAN', 'dwa (T=2)').gains['task-mean'].count == 1
    baseline = row_of(results, 'One Task')
    assert baseline.missing == ('streets7/one-task-depth/seed0',)
    assert baseline.metrics['depth/abs_err'].count == 1
    assert baseline.metrics['seg/mIoU'].count == 2
    assert (baseline.num_params, baseline.params_ratio) == (2000, 2.0)


def test_networks_for_one_domain_each_have_the_score_of_all():
    def run(task, accuracy):
        validation = SimpleNamespace(values={f'{task}/accuracy': accuracy})
        return SimpleNamespace(scalars=SimpleNamespace(val=[validation]))

    runs = tuple(run(domain.task, domain.baseline) for domain in DOMAINS.values())
    joined = JoinedRuns({0: runs, 1: runs[1:]}, num_tasks=10, missing=(), notes=())
    average = SimpleNamespace(apply=lambda scalars: scalars.val[-1].values)
    found = joined.metrics_of_seeds(average)
    assert found[0]['decathlon/score'] == pytest.approx(2500)
    assert 'decathlon/score' not in found[1]


def test_values_over_seeds(two_seeds):
    # the second seed is 1 point of mIoU and 0.01 of depth better
    row = row_of(read_results(two_seeds, 'last'), 'MTAN', 'equal')
    assert row.metrics['seg/mIoU'].mean == pytest.approx(55.5)
    assert row.metrics['seg/mIoU'].std == pytest.approx(math.sqrt(2 * 0.5**2))
    assert row.metrics['depth/abs_err'].mean == pytest.approx(0.075)
    assert row.metrics['depth/abs_err'].count == 2
    assert [run.spec.seed for run in row.runs] == [0, 1]


@pytest.mark.parametrize(
    ('average', 'miou', 'error'),
    # of the last epochs: 55, 54, 53, 52 and 0.08, 0.09, 0.10, 0.11
    [(None, 54.5, 0.085), ('last', 55, 0.08), ('last-4', 53.5, 0.095), ('best', 55, 0.08)],
)
def test_the_value_of_a_run(one_seed, average, miou, error):
    row = row_of(read_results(one_seed, average), 'MTAN', 'equal')
    assert row.metrics['seg/mIoU'].mean == pytest.approx(miou)
    assert row.metrics['depth/abs_err'].mean == pytest.approx(error)
    assert row.metrics['seg/mIoU'].std is None
    assert row.metrics['seg/mIoU'].count == 1


def test_the_networks_of_a_single_task_line_are_joined(two_seeds, tmp_path):
    specs = [spec for spec in read_suite(two_seeds / 'suite.yaml').specs() if not spec.weighting]
    joined = join_runs(two_seeds, [spec for spec in specs if spec.architecture == 'STAN'])
    assert joined.num_tasks == 2
    assert [(run.spec.seed, run.spec.tasks) for run in joined.runs] == [
        (0, ('seg',)),
        (0, ('depth',)),
        (1, ('seg',)),
        (1, ('depth',)),
    ]
    assert [run.spec.seed for run in joined.whole] == [0, 0]
    metrics = joined.metrics_of_seeds(ValidationAverage('last'))
    assert (metrics[0]['seg/mIoU'], metrics[0]['depth/rel_err']) == (51.0, 1.9)
    assert metrics[1]['seg/mIoU'] == 52.0
    nothing = join_runs(tmp_path, specs)
    assert (nothing.runs, nothing.whole) == ((), None)
    assert nothing.missing == tuple(str(Path(spec.folder)) for spec in specs)


def test_numbers_are_averaged_over_the_seeds_that_have_them():
    values = values_over_seeds([{'a': 1.0, 'b': 5.0}, {'a': 2.0}, {'a': 6.0}])
    assert (values['a'].mean, values['a'].count) == (3.0, 3)
    assert values['a'].std == pytest.approx(np.sqrt((4 + 1 + 9) / 2))
    assert (values['b'].mean, values['b'].std, values['b'].count) == (5.0, None, 1)
