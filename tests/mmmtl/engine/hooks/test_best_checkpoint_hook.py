import pytest
from mmengine.config import ConfigDict
from mmseg.registry import HOOKS

from mmmtl.engine import BestCheckpointHook, TaskCheckHook
from tests.utils.toy.toy_runs import toy_runner


def test_it_is_registered():
    assert HOOKS.get('BestCheckpointHook') is BestCheckpointHook


def test_a_run_without_a_check_of_its_own_has_one(tmp_path):
    options = dict(custom_hooks=[], default_hooks__checkpoint__save_best='mIoU')
    runner = toy_runner(tmp_path, **options)
    with pytest.raises(ValueError, match="save_best: .* seg/mIoU, .*, found 'mIoU'; 'seg/mIoU' is"):
        runner.train()
    assert runner.iter == 0


def test_it_is_not_added_twice(tmp_path):
    runner = toy_runner(tmp_path, custom_hooks=[ConfigDict(type='TaskCheckHook')])
    (hook,) = (hook for hook in runner.hooks if isinstance(hook, BestCheckpointHook))
    assert isinstance(hook, TaskCheckHook)
