import subprocess
import sys

import pytest

from tests.utils.paths import CONFIGS, TOOLS

WIDTHS = '[4,4,4,4,4]'
SMALL = [f'model.{part}.widths={WIDTHS}' for part in ('backbone', 'neck')] + [
    f'model.decode_head.{task}.{key}=4'
    for task in ('seg', 'depth')
    for key in ('in_channels', 'channels')
]


def run(*arguments):
    tool = TOOLS / 'analysis_tools' / 'benchmark_processes.py'
    config = CONFIGS / 'mtan_segnet_cityscapes7.py'
    command = [sys.executable, tool, config, '--size', '32x32', *arguments, '--cfg-options', *SMALL]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


@pytest.mark.e2e
def test_every_way_is_timed():
    done = run('--rounds', 2, '--batch-size', 1)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.split('|')[1:-1]] for line in done.stdout.splitlines()]
    table = [row for row in rows if len(row) == 3][2:]
    assert [row[0] for row in table] == [
        'one process', 'all, without communication', 'all, gradients copied',
        'all, gradients as bucket views',
    ]  # fmt: skip
    seconds, efficiencies = ([float(row[i].split()[0]) for row in table] for i in (1, 2))
    assert min(seconds) > 0
    assert efficiencies[0] == 1
    assert all(0 < efficiency < 3 for efficiency in efficiencies)


@pytest.mark.e2e
def test_what_fails_in_a_process_is_said_in_one_line():
    tool = TOOLS / 'analysis_tools' / 'benchmark_processes.py'
    config = CONFIGS / 'split_r50-d8_deeplabv3_cityscapes7.py'  # pools to a single value
    command = [sys.executable, tool, config, '--size', '32x32', '--batch-size', '1']
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert 'error: ValueError: Expected more than 1 value per channel' in done.stderr
    assert 'Traceback' not in done.stderr


def test_one_process_is_no_comparison(tool):
    config = CONFIGS / 'mtan_segnet_cityscapes7.py'
    code, output = tool('benchmark_processes', config, '--processes', 1)
    assert code == 1
    assert 'error: --processes: expected at least 2, found 1.' in output
