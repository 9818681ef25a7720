import io

from rich.console import Console

from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.run.live_table import LiveTable, choose_rows, runs_table
from mmmtl_bench.run.run_texts import summary_text
from tests.utils.fake_runs import epoch_is_over


def screen(runs, height):
    console = Console(
        file=io.StringIO(), width=120, height=height, force_terminal=True, _environ={}
    )
    with LiveTable(console) as view:
        view.show(runs, 2)
    return console.file.getvalue().rpartition('last metrics')[2]  # the last time it was drawn


def test_the_live_table_shows_all_runs(runs, clock):
    clock.now += 65
    epoch_is_over(runs[0], 1)
    text = screen(runs, 40)
    assert 'running, epoch 1/4' in text
    assert '0:01:05' in text
    assert 'seg/mIoU 40' in text
    assert text.count('waiting') == 3
    assert '0 of 4 runs finished, 1 running; about' in text
    assert 'not shown' not in text


def test_a_low_terminal_shows_what_matters(runs):
    states = [RunState.FINISHED, RunState.WAITING, RunState.FAILED, RunState.RUNNING]
    runs[0].end(0)
    for run, state in zip(runs, states, strict=True):
        run.state = state
    assert choose_rows(runs, 4) == runs
    assert choose_rows(runs, 3) == runs[1:]
    assert choose_rows(runs, 2) == runs[2:]
    assert choose_rows(runs, 1) == runs[3:]
    assert 'not shown: 1 waiting, 1 finished' in screen(runs, 9)
    assert '1 of 4 runs finished, 1 running, 1 failed' in summary_text(runs, 1)
    for run in runs:
        run.state = RunState.WAITING


def test_the_columns_of_a_table(runs, clock):
    clock.now += 3723
    table = runs_table(runs[:2])
    cells = {column.header: [str(cell) for cell in column.cells] for column in table.columns}
    assert cells == {
        'run': ['toys/mtan/equal/seed0', 'toys/mtan/equal/seed1'],
        'state': ['running', 'waiting'],
        'time': ['1:02:03', ''],
        'last metrics': ['', ''],
    }
