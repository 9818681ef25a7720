import importlib.util
import sys

import pytest
import torch
from mmseg.registry import MODELS

from tests.utils.paths import CONFIGS, TOOLS

TOOL = TOOLS / 'analysis_tools' / 'benchmark_weightings.py'
CONFIG = CONFIGS / 'mtan_segnet_nyuv2.py'
WIDTHS = (4, 4, 4, 4, 4)
SMALL = [f'model.{part}.widths={str(WIDTHS).replace(" ", "")}' for part in ('backbone', 'neck')] + [
    f'model.decode_head.{task}.{key}=4'
    for task in ('seg', 'depth', 'normal')
    for key in ('in_channels', 'channels')
]


@pytest.fixture(scope='module')
def tool():
    spec = importlib.util.spec_from_file_location('benchmark_weightings', TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look their annotations up
    spec.loader.exec_module(module)
    return module


def run(tool, monkeypatch, *arguments):
    monkeypatch.setattr(sys, 'argv', ['benchmark_weightings.py', *map(str, arguments)])
    tool.main()


def test_the_table_of_a_small_network(tool, monkeypatch, tmp_path):
    out = tmp_path / 'cost.md'
    methods = ['FAMOWeighting', 'MGDA']
    run(
        tool, monkeypatch, CONFIG, '--size', '32x32', '--batch-size', 1, '--steps', 2, '--device',
        'cpu', '--out', out, '--methods', *methods, '--cfg-options', *SMALL,
    )  # fmt: skip
    text = out.read_text()
    assert '3 tasks (seg, depth, normal)' in text
    assert f'torch {torch.__version__}' in text
    rows = [line.strip('| ').split(' | ') for line in text.splitlines() if line.startswith('|')]
    names = ['EqualWeighting', 'FAMOWeighting', 'MGDA, features', 'MGDA, parameters']
    assert [row[0] for row in rows[2:]] == names
    assert rows[2][2] == rows[2][4] == '1.00'
    assert all(float(row[2]) > 0 for row in rows[2:])
    assert float(rows[4][4]) > 1.05  # the gradients of three tasks with respect to all features


def test_the_number_of_tasks(tool, monkeypatch, capsys):
    run(
        tool, monkeypatch, CONFIG, '--size', '32x32', '--batch-size', 1, '--steps', 1, '--device',
        'cpu', '--num-tasks', 1, 4, '--methods', 'PCGrad', '--cfg-options', *SMALL,
    )  # fmt: skip
    printed = capsys.readouterr().out
    assert '1 tasks (task1)' in printed
    assert '4 tasks (task1, task2, task3, task4)' in printed
    assert printed.count('| PCGrad, parameters |') == 2
    with pytest.raises(ValueError, match=r'--num-tasks: expected at least 1, found \[2, 0\]'):
        run(tool, monkeypatch, CONFIG, '--num-tasks', 2, 0)


def test_times_are_compared_within_a_round(tool):
    weighting = MODELS.build(dict(type='EqualWeighting', tasks=('seg',)))
    first = tool.Contestant('a', weighting, peak=2**30, times=[1.0, 2.0, 4.0])
    second = tool.Contestant('b', weighting, peak=3 * 2**29, times=[1.5, 3.0, 2.0])
    lines = tool.table([first, second]).splitlines()
    assert lines[2] == '| a | 2.000 | 1.00 | 1.00 | 1.00 |'
    assert lines[3] == '| b | 2.000 | 1.50 | 1.50 | 1.50 |'


def test_the_peak_counts_what_lives_at_once(tool, monkeypatch):
    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1000))

    def step(*args):
        return torch.zeros(10_000) + 1

    monkeypatch.setattr(tool, 'train_step', step)
    model = Model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.optimizer = optimizer  # as a wrapper has it
    peak = tool.peak_bytes(model, None, {}, optimizer)
    assert 4 * 21_000 <= peak < 4 * 21_000 + 1000


@pytest.mark.parametrize(
    ('arguments', 'reason'),
    [
        (['--steps', '0'], '--steps: expected at least 1, found 0'),
        (['--methods', 'PCgrad'], r"--methods: .*'PCGrad'.*found \['PCgrad'\]"),
    ],
)
def test_wrong_options_are_named(tool, monkeypatch, arguments, reason):
    with pytest.raises(ValueError, match=reason):
        run(tool, monkeypatch, CONFIG, *arguments, '--device', 'cpu', '--cfg-options', *SMALL)
