"""The experiments of docs/loss_weighting.md differ from their base in what the page says."""

import pytest
from mmengine.config import Config
from mmengine.visualization import LocalVisBackend
from mmseg.registry import HOOKS

from mmmtl.apis.launch import load_config
from mmmtl.engine.best_checkpoint import fill_rule
from tests.utils.doc_pages import read_blocks, run_command, split_commands, write_configs

PAGE = 'loss_weighting.md'


@pytest.fixture
def experiments(tmp_path):
    return {path.stem.rpartition('-')[2]: path for path in write_configs(PAGE, tmp_path)}


@pytest.fixture
def base(repository):
    return Config.fromfile(repository / 'configs' / 'mtan_segnet_cityscapes7.py')


def test_the_experiment_takes_the_weighting_alone(experiments, base):
    model = Config.fromfile(experiments['famo']).model
    assert model.pop('loss_weighting').type == 'FAMOWeighting'
    base.model.pop('loss_weighting')
    assert model == base.model


@pytest.mark.parametrize('name', ['conflicts', 'joint'])
def test_an_experiment_adds_a_hook(experiments, base, name):
    hooks = load_config(experiments[name]).custom_hooks
    assert hooks[:-1] == base.custom_hooks
    HOOKS.build(hooks[-1])


def test_the_best_checkpoint_has_the_highest_gain(experiments):
    checkpoint = load_config(experiments['joint']).default_hooks.checkpoint
    assert (checkpoint.save_best, fill_rule(checkpoint)) == ('delta_m', ['greater'])


def test_the_conflicts_are_drawn(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = [block for block in read_blocks(PAGE) if 'plot_conflicts.py' in block.code]
    ((python, script, *arguments),) = split_commands(block.code)
    for name in arguments[: arguments.index('--names')]:
        backend = LocalVisBackend(str(tmp_path / name / '20260101_000000' / 'vis_data'))
        backend.add_scalars({'cosine/seg-depth': 0.1, 'epoch': 1, 'iter': 1}, step=1)
    run_command([python, script, *arguments])
    assert (tmp_path / arguments[-1]).read_bytes().startswith(b'\x89PNG')
