import sys
from pathlib import Path

from mmmtl_bench.run.run_commands import run_commands


def test_a_run_is_trained_and_then_described():
    folder = Path('runs/streets/mtan')
    config = f'{folder}/config/experiment.py'
    train = ['train', config, '--work-dir', str(folder), '--resume']
    assert run_commands(folder) == [
        [sys.executable, '-m', 'mmmtl', *train],
        [sys.executable, '-m', 'mmmtl_bench.commands.describe', str(folder)],
    ]
