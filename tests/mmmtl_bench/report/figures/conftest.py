import pytest

from mmmtl_bench.report.figures import plan_figures
from mmmtl_bench.results.results import read_results
from tests.utils.run_folders import write_benchmark


@pytest.fixture(scope='session')
def results(tmp_path_factory):
    """Two seeds, of which one line has only the first."""
    folder = tmp_path_factory.mktemp('benchmark')
    write_benchmark(folder, (0, 1), unfinished=['streets7/split-wide/dwa-t-2/seed1'])
    return read_results(folder)


@pytest.fixture(scope='session')
def figure_of():
    """Finds a figure of a benchmark by its name."""

    def find(results, name):
        (found,) = (figure for figure in plan_figures(results) if figure.name == name)
        return found

    return find


@pytest.fixture
def drawn(monkeypatch):
    """Remembers what a module of the figures gives to its drawing function."""

    def watch(module, name):
        calls = []
        target = f'mmmtl_bench.report.figures.plan_{module}.{name}'
        monkeypatch.setattr(target, lambda *args, **kwargs: calls.append((args, kwargs)))
        return calls

    return watch
