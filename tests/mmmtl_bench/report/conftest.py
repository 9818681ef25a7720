import pytest

from mmmtl_bench.report.page_columns import make_columns
from mmmtl_bench.report.table_grid import make_grid
from mmmtl_bench.results.results import read_results
from tests.utils.run_folders import write_benchmark


@pytest.fixture(scope='session')
def one_seed(tmp_path_factory):
    folder = tmp_path_factory.mktemp('one')
    write_benchmark(folder, unfinished=['streets7/split-wide/dwa-t-2/seed0'])
    return read_results(folder, 'last')


@pytest.fixture(scope='session')
def two_seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp('two')
    write_benchmark(folder, seeds=(0, 1))
    return read_results(folder, 'last')


@pytest.fixture(scope='session')
def uneven_seeds(tmp_path_factory):
    """Two seeds, of which one line has only the first."""
    folder = tmp_path_factory.mktemp('uneven')
    write_benchmark(folder, (0, 1), unfinished=['streets7/mtan/equal/seed1'])
    return read_results(folder)


@pytest.fixture
def columns(uneven_seeds):
    return make_columns(make_grid(uneven_seeds.tables[0]))
