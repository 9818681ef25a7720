import argparse
import importlib.util
import json
import sys

import pytest
import torch

from mmmtl.apis.launch import load_config
from tests.utils.paths import CONFIGS, TOOLS

TOOL = TOOLS / 'analysis_tools' / 'benchmark_speed.py'
CONFIG = CONFIGS / 'mtan_segnet_nyuv2.py'
SMALL = [f'model.{part}.widths=[4,4,4,4,4]' for part in ('backbone', 'neck')] + [
    f'model.decode_head.{task}.{key}=4'
    for task in ('seg', 'depth', 'normal')
    for key in ('in_channels', 'channels')
]
AGAINST = """
import torch

class Mine(torch.nn.Conv2d):
    def forward(self, images):
        return {'seg': super().forward(images)}

def network(model):
    return Mine(3, 1, 1)
"""


@pytest.fixture(scope='module')
def tool():
    spec = importlib.util.spec_from_file_location('benchmark_speed', TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run(tool, monkeypatch, *arguments):
    options = [CONFIG, '--size', '32x32', '--rounds', 1, '--device', 'cpu', *arguments]
    monkeypatch.setattr(
        sys, 'argv', ['benchmark_speed.py', *map(str, options), '--cfg-options', *SMALL]
    )
    tool.main()


def test_the_tables_and_the_file(tool, monkeypatch, tmp_path, capsys):
    out = tmp_path / 'speed.json'
    variants = ['channels_last+fused', 'with_cp', 'fuse_conv_bn']
    run(tool, monkeypatch, '--variants', *variants, '--json', out)
    found = json.loads(out.read_text())
    (result,) = found['results']
    assert [*result['seconds']['predict']] == ['mmmtl', *variants, 'plain']
    assert [*result['seconds']['train']] == ['mmmtl', *variants[:2], 'plain', 'train_step']
    assert found['machine']['torch'] == torch.__version__
    for kind in ('train', 'predict'):
        assert 0 < result['floor'][kind] < result['seconds'][kind]['mmmtl'][0]
    memory = result['bytes_per_image']
    assert memory['train']['mmmtl'] > 3 * memory['predict']['mmmtl'] > 0
    assert memory['train']['plain'] == pytest.approx(memory['train']['mmmtl'], rel=0.1)
    assert memory['train']['with_cp'] < 0.7 * memory['train']['mmmtl']
    text = capsys.readouterr().out
    assert f'torch: {torch.__version__}' in text
    rows = [line.split(' | ')[0] for line in text.splitlines() if line.startswith('| ')]
    assert rows.count('| plain') == rows.count('| floor') == 2
    assert '| plain | ' in text
    assert ' | 1 (1 to 1) | ' in text


def test_a_whole_step_is_in_the_precision_that_is_measured(tool):
    cfg = load_config(CONFIG)
    args = argparse.Namespace(dtype='bfloat16', device='cpu')
    assert tool.runner_optimizer(cfg, args).type == 'CpuAmpOptimWrapper'
    args.dtype = 'float32'
    assert tool.runner_optimizer(load_config(CONFIG), args).type == 'OptimWrapper'


def test_another_program_is_put_beside(tool, monkeypatch, tmp_path, capsys):
    file = tmp_path / 'mine.py'
    file.write_text(AGAINST)
    arguments = ['--against', f'{file}:network', '--no-memory', '--cpu-time', '--profile']
    threads = torch.get_num_threads()
    try:
        run(tool, monkeypatch, *arguments)
    finally:
        torch.set_num_threads(threads)
    text = capsys.readouterr().out
    assert 'processor time' in text
    assert 'aten::convolution_backward' in text
    train = text[text.index('| train |') : text.index('| predict |')]
    compared = next(line for line in train.splitlines() if line.startswith('| mmmtl'))
    assert float(compared.split(' | ')[2].split()[0]) < 0.5  # one convolution is faster than MTAN


@pytest.mark.parametrize(
    ('arguments', 'reason'),
    [
        (['--rounds', '0'], '--rounds: expected at least 1, found 0'),
        (['--variants', 'fused+magic'], "--variants: expected some of .*'compile'.*found 'magic'"),
        (['--size', '32x48'], '--size: expected multiples of 32 .* found 32x48; or --against none'),
        (['--against', 'nowhere.py:network'], '--against: expected FILE:FUNCTION, found nowhere'),
        (['--against', f'{__file__}:nothing'], "--against: .* function of .*, found 'nothing'"),
    ],
)
def test_wrong_options_are_named(tool, monkeypatch, arguments, reason):
    with pytest.raises((ValueError, FileNotFoundError), match=reason):
        run(tool, monkeypatch, *arguments)
