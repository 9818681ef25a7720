"""The command line of test."""

import sys
from argparse import ArgumentParser

import pytest
import torch
from torch import nn

from mmmtl.commands import test as module
from mmmtl.engine import FuseConvBNHook
from mmmtl.evaluation.metrics.binary_metric import BinaryMetric
from tests.utils.paths import CONFIGS
from tests.utils.toy.toy_runs import CONFIG, TOY

EVALUATORS = """
_base_ = {base!r}
test_evaluator = {evaluator}
"""


def out_config(tmp_path, evaluator):
    path = tmp_path / 'config.py'
    path.write_text(EVALUATORS.format(base=str(CONFIG), evaluator=evaluator))
    return path


def test_test_defaults(config_of, checkpoint):
    cfg = config_of('test', CONFIG, checkpoint, '--cfg-options', 'resume=True')
    assert cfg.load_from == checkpoint
    assert not cfg.resume


def test_a_missing_checkpoint_is_named(config_of):
    with pytest.raises(FileNotFoundError, match=r"no checkpoint file 'nowhere\.pth'"):
        config_of('test', CONFIG, 'nowhere.pth')


def test_out_with_a_list_of_evaluators(config_of, checkpoint, tmp_path):
    evaluators = (
        "[dict(type='IoUMetric', prefix='seg'), dict(type='IoUMetric'), dict(type='IoUMetric'), "
        "dict(type='CityscapesMetric', output_dir='x'), dict(type='mmengine.DumpResults')]"
    )
    cfg = config_of('test', out_config(tmp_path, evaluators), checkpoint, '--out', 'out')
    folders = [evaluator.get('output_dir') for evaluator in cfg.test_evaluator]
    assert folders == ['out/seg', 'out/IoUMetric', 'out/IoUMetric_', 'out/CityscapesMetric', None]
    assert cfg.test_evaluator[3].keep_results
    assert 'keep_results' not in cfg.test_evaluator[0]


def test_out_has_a_folder_for_each_task(config_of, checkpoint, tmp_path):
    evaluators = (
        "[dict(type='TaskIoUMetric', task='seg'), dict(type='TaskIoUMetric', task='parts'), "
        "dict(type='TaskIoUMetric', task='parts', prefix='fine'), "
        f"dict(type='{BinaryMetric.__name__}', task='edge'), dict(type='mmengine.DumpResults')]"
    )
    cfg = config_of('test', out_config(tmp_path, evaluators), checkpoint, '--out', 'out')
    folders = [evaluator.get('output_dir') for evaluator in cfg.test_evaluator]
    assert folders == ['out/seg', 'out/parts', 'out/fine', 'out/edge', None]


@pytest.mark.parametrize(
    'evaluator',
    [
        "dict(_delete_=True, type='IoUMetric')",
        "dict(_delete_=True, metrics=[dict(type='IoUMetric')])",
    ],
)
def test_out_with_a_dict(config_of, checkpoint, tmp_path, evaluator):
    cfg = config_of('test', out_config(tmp_path, evaluator), checkpoint, '--out', 'out')
    metric = cfg.test_evaluator.get('metrics', [cfg.test_evaluator])[0]
    assert metric.output_dir == 'out/IoUMetric'


HOOK = 'default_hooks.visualization.type=SegVisualizationHook'
VISUALIZER = 'visualizer.type=SegLocalVisualizer'


def test_show_dir(config_of, checkpoint, tmp_path):
    cfg = config_of(
        'test', CONFIG, checkpoint, '--show-dir', tmp_path, '--cfg-options', HOOK, VISUALIZER
    )
    assert cfg.default_hooks.visualization.draw
    assert 'show' not in cfg.default_hooks.visualization
    assert cfg.visualizer.save_dir == str(tmp_path)


def test_show(config_of, checkpoint, monkeypatch):
    monkeypatch.setenv('DISPLAY', ':0')
    args = ('--show', '--wait-time', '0.5', '--cfg-options', HOOK, VISUALIZER)
    cfg = config_of('test', CONFIG, checkpoint, *args)
    assert cfg.default_hooks.visualization.show
    assert cfg.default_hooks.visualization.wait_time == 0.5
    assert 'save_dir' not in cfg.visualizer


@pytest.mark.skipif(not sys.platform.startswith('linux'), reason='needs no DISPLAY')
def test_show_without_a_display(config_of, checkpoint, monkeypatch):
    monkeypatch.delenv('DISPLAY', raising=False)
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    with pytest.raises(ValueError, match='--show needs a display'):
        config_of('test', CONFIG, checkpoint, '--show', '--cfg-options', HOOK, VISUALIZER)


def test_show_dir_without_a_hook(config_of, checkpoint):
    with pytest.raises(ValueError, match='need a visualizer and default_hooks.visualization'):
        config_of('test', CONFIG, checkpoint, '--show-dir', 'out')


def test_tta(config_of, checkpoint, tmp_path):
    config = tmp_path / 'config.py'
    config.write_text(
        f"_base_ = {str(CONFIG)!r}\ntta_model = dict(type='SegTTAModel')\n"
        "tta_pipeline = [dict(type='TestTimeAug')]\n"
    )
    cfg = config_of('test', config, checkpoint, '--tta')
    assert cfg.model.type == 'SegTTAModel'
    assert cfg.model.module.type == 'ToySegmentor'
    assert cfg.test_dataloader.dataset.pipeline == [dict(type='TestTimeAug')]


def test_tta_that_is_not_configured(config_of, checkpoint):
    with pytest.raises(ValueError, match='--tta needs tta_model in the config'):
        config_of('test', CONFIG, checkpoint, '--tta')


SEVERAL = TOY / 'several_config.py'


def test_out_has_a_folder_for_each_of_several_sets(config_of, checkpoint):
    cfg = config_of('test', SEVERAL, checkpoint, '--out', 'out')
    assert cfg.test_evaluator.streets.output_dir == 'out/streets/seg'
    assert cfg.test_evaluator.office[0].output_dir == 'out/office/DepthErrorMetric'


def test_tta_of_several_sets(config_of, checkpoint, tmp_path):
    config = tmp_path / 'config.py'
    config.write_text(
        f"_base_ = {str(SEVERAL)!r}\ntta_model = dict(type='MultiTaskTTAModel')\n"
        "tta_pipeline = [dict(type='TestTimeAug')]\n"
    )
    cfg = config_of('test', config, checkpoint, '--tta')
    for loader in cfg.test_dataloader.values():
        assert loader.dataset.pipeline == [dict(type='TestTimeAug')]


class FakeRunner:
    def __init__(self):
        self.model = nn.Conv2d(2, 2, 3)
        self.hooks = []
        self.register_hook = self.hooks.append

    def test(self):
        self.tested = self.model.weight.is_contiguous(memory_format=torch.channels_last)


def test_faster_options(config_of, checkpoint, monkeypatch):
    config = CONFIGS / 'mtan_segnet_cityscapes7.py'
    assert config_of('test', config, checkpoint).model.test_cfg == dict(mode='whole')
    cfg = config_of('test', config, checkpoint, '--dtype', 'bfloat16')
    assert cfg.model.test_cfg == dict(mode='whole', dtype='bfloat16')
    for options in ((), ('--fuse-conv-bn', '--channels-last')):
        runner = FakeRunner()
        monkeypatch.setattr(module, 'build_runner', lambda cfg, runner=runner: runner)
        monkeypatch.setattr(module, 'refuse_problems', lambda cfg, phases: None)
        parser = ArgumentParser()
        module.add_arguments(parser)
        assert module.run(parser.parse_args([str(CONFIG), checkpoint, *options])) == 0
        assert [type(hook) for hook in runner.hooks] == ([FuseConvBNHook] if options else [])
        assert runner.tested == bool(options)
