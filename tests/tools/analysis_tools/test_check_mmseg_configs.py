import importlib.util
import json
import sys

import pytest
import torch
from mmengine.logging import MMLogger

from mmmtl.compat.config import is_installed
from tests.utils.paths import TOOLS

TOOL = TOOLS / 'analysis_tools' / 'check_mmseg_configs.py'
FAST = 'fastscnn/fast_scnn_8xb4-160k_cityscapes-512x1024.py'


@pytest.fixture
def tool(monkeypatch):
    spec = importlib.util.spec_from_file_location('check_mmseg_configs', TOOL)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    logger = MMLogger.get_current_instance()
    level, threads = logger.level, torch.get_num_threads()
    yield module
    logger.setLevel(level)
    torch.set_num_threads(threads)


def run(tool, monkeypatch, *options):
    monkeypatch.setattr(sys, 'argv', ['check_mmseg_configs.py', *map(str, options)])
    tool.main()


def test_the_configs_are_those_that_mmseg_installs(tool):
    names = tool.config_names()
    assert FAST in names
    assert not any('_base_' in name for name in names)
    assert tool.config_names('fastscnn/*') == [FAST]


def test_a_run_leaves_results_and_goes_on(tool, monkeypatch, tmp_path, capsys):
    out, page = tmp_path / 'results.json', tmp_path / 'table.md'
    run(tool, monkeypatch, '--out', out, '--markdown', page, '--only', 'fastscnn/*')
    (row,) = json.loads(out.read_text()).values()
    assert (row['status'], row['size'], row['tried_as']) == ('works', [64, 64], '')
    assert row['parameters'] > 1e6
    assert '| fastscnn | 1 | 1 | 0 | 0 |' in page.read_text()
    assert page.read_text() in capsys.readouterr().out

    def again(*args):
        raise AssertionError('it was checked already')

    monkeypatch.setattr(tool, 'check_config', again)
    run(tool, monkeypatch, '--out', out, '--only', 'fastscnn/*')


def test_equal_models_share_a_trial(tool, monkeypatch):
    trials = []
    monkeypatch.setattr(
        tool, '_try', lambda model: trials.append(model) or tool.Result(tool.WORKS, parameters=1)
    )
    tried = {}
    names = [
        'fcn/fcn_r50-d8_4xb2-40k_cityscapes-512x1024.py',
        'fcn/fcn_r50-d8_4xb4-160k_ade20k-512x512.py',  # other classes, schedule and crops
        'fcn/fcn_r50-d8_4xb2-40k_cityscapes-769x769.py',  # aligned corners, sliding windows
    ]
    results = [tool.check_config(name, tried) for name in names]
    assert [result.tried_as for result in results] == ['', names[0], '']
    assert len(trials) == 2


def test_a_larger_size_is_tried_where_a_model_needs_one(tool, monkeypatch):
    sizes = []

    def small_is_bad(model, size):
        sizes.append(size)
        if size[0] < 128:
            raise RuntimeError('Output size is too small')
        return tool.Result(tool.WORKS)

    monkeypatch.setattr(tool, 'try_model', small_is_bad)
    assert tool._try({}).size == (128, 128)
    assert sizes == [(64, 64), (128, 128)]


@pytest.mark.parametrize(
    ('name', 'status', 'reason'),
    [
        ('san/san-vit-b16_voc12aug-640x640.py', 'refused', 'MultimodalEncoderDecoder'),
        pytest.param(
            'poolformer/fpn_poolformer_s12_8xb4-40k_ade20k-512x512.py',
            'lacks a dependency',
            'mmpretrain',
            marks=pytest.mark.skipif(is_installed('mmpretrain'), reason='mmpretrain is there'),
        ),
    ],
)
def test_what_does_not_work_has_a_reason(tool, name, status, reason):
    result = tool.check_config(name, {})
    assert result.status == status
    assert reason in result.reason


def test_the_table(tool):
    results = {
        'a/1.py': tool.Result(tool.WORKS),
        'a/2.py': tool.Result(tool.FAILS, 'it broke'),
        'a/3.py': tool.Result(tool.FAILS, 'it broke'),
        'b/1.py': tool.Result(tool.LACKS, 'mmdet'),
        'b/2.py': tool.Result(tool.WORKS),
    }
    lines = tool.table(results).splitlines()
    assert lines[0] == ('5 configs; the dependencies of 4 are installed, of which 2 work (50.0%).')
    assert '| a | 3 | 1 | 0 | 2 |' in lines
    assert '| b | 2 | 1 | 1 | 0 |' in lines
    assert lines[-2:] == ['| a | 2 | fails: it broke |', '| b | 1 | lacks a dependency: mmdet |']
