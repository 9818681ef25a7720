"""The numbers as one long CSV file, of the runs that run_folders.py writes."""

import csv
import dataclasses
import io
import math

import pytest

from mmmtl_bench.report.tidy_csv import results_csv
from mmmtl_bench.results.result_types import Value


def test_csv_has_a_number_a_line(two_seeds):
    lines = list(csv.DictReader(io.StringIO(results_csv(two_seeds))))
    assert list(lines[0]) == [
        'suite', 'table', 'dataset', 'architecture', 'weighting', 'metric', 'mean', 'std', 'n',
        'published', 'average', 'synthetic',
    ]  # fmt: skip
    mtan = {
        line['metric']: line
        for line in lines
        if (line['architecture'], line['weighting']) == ('MTAN', 'equal')
    }
    assert float(mtan['seg/mIoU']['mean']) == 55.5
    assert float(mtan['seg/mIoU']['std']) == pytest.approx(math.sqrt(0.5))
    assert mtan['seg/mIoU']['n'] == '2'
    assert mtan['seg/mIoU']['published'] == '53.04'
    assert (mtan['params']['mean'], mtan['params_ratio']['mean']) == ('1650', '1.65')
    assert mtan['params_ratio']['published'] == '1.65'
    assert mtan['seg/val_loss']['published'] == ''
    assert {'flops', 'mean_rank', 'gain/task-mean', 'gain/main-metric', 'gain/metric-mean'} <= set(
        mtan
    )
    assert {(line['average'], line['synthetic']) for line in lines} == {('last', 'true')}
    assert {line['weighting'] for line in lines} == {'', 'equal', 'dwa (T=2)'}


def test_csv_keeps_published_figures_of_missing_runs(one_seed):
    lines = list(csv.DictReader(io.StringIO(results_csv(one_seed))))
    (line,) = (
        line
        for line in lines
        if (line['architecture'], line['weighting'], line['metric'])
        == ('Split Wide', 'dwa (T=2)', 'seg/mIoU')
    )
    assert (line['mean'], line['std'], line['n'], line['published']) == ('', '', '0', '50.39')


def test_csv_tells_nan_from_what_is_not_known_and_keeps_all_digits(one_seed):
    (table,) = one_seed.tables
    metrics = {'seg/mIoU': Value(math.nan, None, 1), 'seg/aAcc': Value(0.1 + 0.2, None, 1)}
    row = dataclasses.replace(table.rows[0], metrics=metrics, architecture='a,"b"')
    table = dataclasses.replace(table, rows=(row,))
    text = results_csv(dataclasses.replace(one_seed, tables=(table,)))
    lines = {line['metric']: line for line in csv.DictReader(io.StringIO(text))}
    assert (lines['seg/mIoU']['mean'], lines['seg/mIoU']['std']) == ('nan', '')
    assert lines['seg/aAcc']['mean'] == '0.30000000000000004'
    assert lines['seg/aAcc']['architecture'] == 'a,"b"'


def test_csv_counts_what_is_trained_where_something_is_frozen(one_seed):
    table = one_seed.tables[0]
    rows = tuple(dataclasses.replace(row, num_trained=7) for row in table.rows[:1])
    frozen = dataclasses.replace(one_seed, tables=(dataclasses.replace(table, rows=rows),))
    counts = [
        line['mean']
        for results in (frozen, one_seed)
        for line in csv.DictReader(io.StringIO(results_csv(results)))
        if line['metric'] == 'params_trained'
    ]
    assert counts == ['7']
