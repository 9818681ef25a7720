"""From the folder of a benchmark to its numbers, see run_folders.py."""

import shutil

import pytest

from mmmtl_bench.results.results import read_results
from mmmtl_bench.suite.suite_reading import read_suite
from tests.utils.run_folders import row_of, write_benchmark, write_run


def test_nothing_is_finished(tmp_path):
    suite = write_benchmark(tmp_path)
    for spec in suite.specs():
        (tmp_path / spec.folder / 'record.json').unlink()
    (table,) = read_results(tmp_path).tables
    assert table.metrics == ()
    assert sum(len(row.missing) for row in table.rows) == len(suite.specs())
    assert all(row.runs == () and row.mean_rank is None for row in table.rows)
    assert table.differences == ()


def test_more_seeds_than_the_suite_has(one_seed, tmp_path):
    folder = shutil.copytree(one_seed, tmp_path / 'copy')
    suite = read_suite(folder / 'suite.yaml')
    for spec in suite.specs([5]):
        if spec.architecture == 'MTAN':
            write_run(folder, spec)
    results = read_results(folder, 'last')
    assert row_of(results, 'MTAN', 'equal').metrics['seg/mIoU'].mean == pytest.approx((55 + 60) / 2)
    assert row_of(results, 'STAN').missing == (
        'streets7/stan-seg/seed5',
        'streets7/stan-depth/seed5',
    )


def test_notes_say_how_values_came_about(two_seeds, one_seed):
    notes = ' '.join(read_results(two_seeds).notes)
    assert 'mean of the last 2 validations' in notes
    assert 'sample standard deviation over seeds' in notes
    assert 'one seed: differences may be chance' in ' '.join(read_results(one_seed).notes)


def test_definitions_say_what_the_columns_are(two_seeds):
    definitions = read_results(two_seeds).definitions
    starts = [text.split(' ')[0] for text in definitions]
    assert starts == ['#P', 'Gains', 'Δ', 'Δ', 'Δm%', 'MR']
    assert 'LibMTL' in definitions[2]


def test_mistakes(tmp_path, one_seed):
    with pytest.raises(FileNotFoundError, match='suite.yaml'):
        read_results(tmp_path)
    with pytest.raises(ValueError, match='average: expected last-K, last or best'):
        read_results(one_seed, 'first')
