import re
import subprocess
import sys

import cv2

from tests.utils.paths import CONFIGS, TOOLS

WIDTHS = '[4,4,4,4,4]'
SMALL = [f'model.{part}.widths={WIDTHS}' for part in ('backbone', 'neck')] + [
    f'model.decode_head.depth.{key}=4' for key in ('in_channels', 'channels')
]


def run(*arguments):
    tool = TOOLS / 'analysis_tools' / 'benchmark_scale.py'
    config = CONFIGS / 'mtan_segnet_cityscapes7.py'
    command = [sys.executable, tool, config, '--rounds', '1', '--sizes', '32x32', '32x64']
    command = [*command, *arguments, '--cfg-options', *SMALL]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def test_tables_and_picture(tmp_path):
    done = run('--tasks', 1, 2, '--batches', 1, 3, '--cpu-time', '--out', tmp_path / 'scale.png')
    assert done.returncode == 0, done.stderr
    rows = [re.split(r' \| ', line.strip('| ')) for line in done.stdout.splitlines() if '|' in line]
    assert [row[0] for row in rows if row[0] != '---'] == [
        'tasks', '1', '2', 'pixels', '32x32', '32x64', 'batch', '1', '3',
    ]  # fmt: skip
    by_name = {row[0]: row for row in rows}
    assert by_name['32x64'][4:6] == ['2.00', '2.00']
    assert by_name['3'][4:6] == ['3.00', '3.00']
    assert all(float(by_name[name][3]) > 0 for name in ('32x32', '32x64', '3'))
    assert cv2.imread(str(tmp_path / 'scale.png')).std() > 1


def test_a_wrong_number_is_named():
    done = run('--tasks', 0)
    assert done.returncode == 1
    assert 'error: --tasks: expected at least 1, found [0].' in done.stderr
