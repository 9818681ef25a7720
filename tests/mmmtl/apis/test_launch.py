import json
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner
from mmseg.registry import RUNNERS

from mmmtl.apis.launch import build_runner, load_config, require_checkpoint
from mmmtl.compat.checkpoint import read_checkpoint
from tests.utils.toy.toy_runs import CONFIG, toy_runner


@pytest.fixture
def checkpoint(tmp_path):
    path = tmp_path / 'epoch_1.pth'
    torch.save(dict(state_dict={}, meta={}), path)
    return str(path)


def test_config_options_and_work_dir(tmp_path):
    cfg = load_config(CONFIG, {'model.norm_cfg.type': 'BN'}, tmp_path, 'pytorch')
    assert cfg.model.norm_cfg.type == 'BN'
    assert cfg.work_dir == str(tmp_path)
    assert cfg.launcher == 'pytorch'


def test_default_work_dir():
    assert load_config(CONFIG).work_dir == str(Path('work_dirs', 'toy_config'))
    assert load_config(str(CONFIG), {'work_dir': 'mine'}).work_dir == 'mine'


def test_missing_config():
    with pytest.raises(FileNotFoundError, match=r"no config file 'nowhere\.py'"):
        load_config('nowhere.py')


def test_require_checkpoint(checkpoint):
    assert require_checkpoint(checkpoint) == checkpoint
    assert require_checkpoint('https://example.org/a.pth') == 'https://example.org/a.pth'
    with pytest.raises(FileNotFoundError, match=r"no checkpoint file 'nowhere\.pth'"):
        require_checkpoint('nowhere.pth')


def test_missing_load_from(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'nowhere\.pth'):
        toy_runner(tmp_path, load_from='nowhere.pth')


def test_resuming_the_latest_checkpoint(tmp_path, checkpoint, capfd):
    runner = toy_runner(tmp_path, resume=True)
    assert runner._load_from == checkpoint
    assert runner._resume
    assert f'Resuming from the latest checkpoint, {checkpoint}' in capfd.readouterr().out


def test_resuming_nothing(tmp_path, capfd):
    runner = toy_runner(tmp_path, resume=True)
    assert runner._load_from is None
    assert not runner._resume
    assert 'training starts from the beginning' in capfd.readouterr().out


def test_custom_runners_are_built_from_the_registry(tmp_path):
    class ToyRunner(Runner):
        pass

    RUNNERS.register_module(module=ToyRunner)
    try:
        assert type(toy_runner(tmp_path, runner_type='ToyRunner')) is ToyRunner
    finally:
        RUNNERS.module_dict.pop('ToyRunner')


def test_a_runner_that_is_not_registered_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"runner_type: expected .* Runner, found 'NoRunner'"):
        toy_runner(tmp_path, runner_type='NoRunner')


def test_a_config_without_a_scope_gets_that_of_mmseg(tmp_path):
    cfg = load_config(CONFIG, {'experiment_name': 'unscoped'}, tmp_path)
    cfg.pop('default_scope')
    assert build_runner(cfg).default_scope.scope_name == 'mmseg'


def test_text_in_a_checkpoint_is_not_executed_on_resume(tmp_path):
    canary = tmp_path / 'canary'
    text = f'open({str(canary)!r}, "w").close()'
    toy_runner(tmp_path / 'first', train_cfg__max_epochs=1).train()
    path = tmp_path / 'first' / 'epoch_1.pth'
    saved = read_checkpoint(path)
    saved['meta']['config'] = text
    torch.save(saved, path)

    toy_runner(
        tmp_path / 'second', train_cfg__max_epochs=1, resume=True, load_from=str(path)
    ).train()
    assert not canary.exists()
    Config.fromstring(text, file_format='.py')  # what mmengine would do with it
    assert canary.exists()


def test_build_runner_is_all_that_a_script_needs(tmp_path):
    cfg = load_config(CONFIG, {'train_cfg.max_epochs': 1, 'experiment_name': 'script'}, tmp_path)
    build_runner(cfg).train()
    assert (tmp_path / 'epoch_1.pth').is_file()
    assert sys.modules['tests.utils.toy.toy_components']


def test_runs_of_a_process_write_to_their_own_folders(tmp_path):
    for number in range(3):
        cfg = load_config(CONFIG, work_dir=tmp_path / str(number))
        cfg.visualizer = dict(
            type='Visualizer', name='apart', vis_backends=[dict(type='LocalVisBackend')]
        )
        build_runner(cfg).visualizer.add_scalar('number', number)
    for number in range(3):
        (scalars,) = (tmp_path / str(number)).rglob('scalars.json')
        assert json.loads(scalars.read_text())['number'] == number


def test_a_config_without_hooks_gets_those_of_going_on(tmp_path):
    runner = toy_runner(tmp_path, custom_hooks=[dict(type='PreemptionHook')])
    names = [type(hook).__name__ for hook in runner.hooks]
    for name in ('EpochSeedHook', 'PreemptionHook', 'CheckpointFitHook', 'WorkDirHook'):
        assert names.count(name) == 1
