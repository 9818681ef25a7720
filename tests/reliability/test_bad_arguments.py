"""Wrong command lines: one line that names the argument, and exit code 1 or 2."""

import re

import pytest

from mmmtl.__main__ import main

CONFIG = 'mmmtl::mtan_segnet_cityscapes7.py'
SUITE = ['benchmark', 'mmmtl::embedded.yaml', '--work-dir', 'w', '--dry-run']
PREDICT = ['predict', CONFIG, 'gone.pth', 'a.png', '--out', 'o']
EXPORT = ['export', CONFIG, 'gone.pth', '--out', 'a.onnx']

USAGE = {
    'no command': ([], 'arguments are required: COMMAND'),
    'another command': (['trian'], "argument COMMAND: invalid choice: 'trian'"),
    'no config': (['train'], 'arguments are required: config'),
    'no checkpoint': (['test', CONFIG], 'arguments are required: checkpoint'),
    'another option': (['train', CONFIG, '--fast'], 'unrecognized arguments: --fast'),
    'another launcher': (['train', CONFIG, '--launcher', 'magic'], "--launcher: .* 'magic'"),
    'a key alone': (
        ['train', CONFIG, '--cfg-options', 'model'],
        "--cfg-options: expected key=value, found 'model'",
    ),
    'a value alone': (
        ['check', CONFIG, '--cfg-options', 'a=1', '=2'],
        "--cfg-options: expected key=value, found '=2'",
    ),
    'brackets': (
        ['predict', *PREDICT[1:], '--cfg-options', 'a=[1,2'],
        r"--cfg-options: expected brackets that match, found 'a=\[1,2'",
    ),
    'a dict in place of its keys': (
        ['train', CONFIG, '--cfg-options', "model.test_cfg=dict(mode='slide',stride=(8,8))"],
        r'--cfg-options: expected a number, .* a dict is written key.name=value',
    ),
    'a time': (['test', CONFIG, 'gone.pth', '--wait-time', 'long'], "--wait-time: .* 'long'"),
    'another file form': ([*PREDICT, '--save', 'film'], "--save: invalid choice: 'film'"),
    'one side': ([*EXPORT, '--size', '64'], "--size: expected HEIGHTxWIDTH .* found '64'"),
    'another axis': ([*EXPORT, '--dynamic', 'time'], "--dynamic: invalid choice: 'time'"),
    'no work dir': (['benchmark', 'mmmtl::embedded.yaml'], 'are required: --work-dir'),
    'another phase': (['check', CONFIG, '--phases', 'dream'], "--phases: invalid choice: 'dream'"),
    'another data set': (['data', 'fly'], "argument COMMAND: invalid choice: 'fly'"),
    'one side of a street': (['data', 'streets', 'd', '--size', '64'], "--size: .* found '64'"),
}
MISTAKES = {
    'an option of nothing': (
        ['train', CONFIG, '--cfg-options', 'custom_hooks.99.type=X'],
        r'custom_hooks\.99\.type: Index 99 exceeds',
    ),
    'an option below a text': (
        ['check', CONFIG, '--cfg-options', 'model.type.x=1'],
        r'model\.type\.x: type=.* cannot inherit',
    ),
    'a config that is not there': (['train', 'nowhere.py'], "config file 'nowhere.py'"),
    'a config that the package lacks': (['train', 'mmmtl::nowhere.py'], 'nowhere.py'),
    'a checkpoint to resume': (['train', CONFIG, '--resume', 'gone.pth'], 'gone.pth'),
    'a checkpoint to test': (['test', CONFIG, 'gone.pth'], 'gone.pth'),
    'a checkpoint to predict with': (PREDICT, 'gone.pth'),
    'a checkpoint to export': (EXPORT, 'gone.pth'),
    'a suite that is not there': (['benchmark', 'no.yaml', '--work-dir', 'w'], "'no.yaml'"),
    'a seed twice': ([*SUITE, '--seeds', '1', '1'], '--seeds: '),
    'no run': ([*SUITE, '--only', 'nothing'], 'nothing'),
    'no job': ([*SUITE, '--jobs', '0'], 'jobs'),
    'a report of nothing': (['report', 'nowhere'], 'nowhere'),
    'a check of nothing': (['check', 'nowhere.py'], "config file 'nowhere.py'"),
    'no config of a name': (['configs', 'zebra*'], "'zebra\\*'"),
    'fewer than no images': (['data', 'streets', 'd', '--train', '-1'], 'train'),
    'a folder of nothing': (['data', 'cityscapes', 'nowhere', 'out'], 'nowhere'),
    'no process': (['data', 'cityscapes', '.', 'out', '--workers', '0'], '--workers: .*found 0'),
    'a mat file': (['data', 'nyuv2', 'a.mat', '--splits', 's.mat', '--out', 'o'], r'\.mat'),
    'a config to look at': (['data', 'browse', 'nowhere.py'], "config file 'nowhere.py'"),
}


@pytest.mark.parametrize(('arguments', 'line'), USAGE.values(), ids=USAGE)
def test_a_usage_error_ends_with_2(arguments, line, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    last = capsys.readouterr().err.splitlines()[-1]
    assert (stopped.value.code, bool(re.search(line, last))) == (2, True), last


@pytest.mark.parametrize(('arguments', 'line'), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_and_1(arguments, line, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv('MMMTL_TRACEBACK', raising=False)
    assert main(arguments) == 1
    said = capsys.readouterr().err
    first = next(text for text in said.splitlines() if text.startswith('error: '))
    assert re.search(line, first), first
    assert 'Traceback' not in said
