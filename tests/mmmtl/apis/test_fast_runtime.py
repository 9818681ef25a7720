import itertools
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import Hook

from mmmtl.apis.fast_runtime import apply_fast
from mmmtl.apis.launch import build_runner, load_config
from tests.utils.architectures import shrink
from tests.utils.errors import error_of
from tests.utils.paths import CONFIGS
from tests.utils.random_data import write_cityscapes

BASE = CONFIGS / '_base_' / 'runtime_fast.py'


def fast_config(folder, name='mtan_segnet_cityscapes7', **options):
    """A user's file with the base file beside an experiment."""
    file = folder / 'fast.py'
    file.write_text(f"_base_ = ['{CONFIGS / name}.py', '{BASE}']\n")
    return load_config(file, {f'fast.{key}': value for key, value in options.items()}, folder)


@pytest.mark.parametrize(
    ('name', 'fused'),
    [
        ('mtan_segnet_cityscapes7', True),  # Adam
        ('mtan-v1_segnet_cityscapes7', True),  # SGD
        ('stage-attention_mit-b0_segformer_cityscapes7', True),  # AdamW
    ],
)
def test_the_base_file_fits_any_experiment(name, fused, tmp_path):
    cfg = fast_config(tmp_path, name)
    plain = Config.fromfile(CONFIGS / f'{name}.py')
    apply_fast(cfg)
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
    assert cfg.optim_wrapper.dtype == 'bfloat16'
    assert cfg.optim_wrapper.loss_scale == dict(enabled=False)
    assert cfg.optim_wrapper.optimizer == dict(plain.optim_wrapper.optimizer, fused=fused)
    assert cfg.custom_hooks[: len(plain.custom_hooks)] == plain.custom_hooks
    added = [hook['type'] for hook in cfg.custom_hooks[len(plain.custom_hooks) :]]
    assert added == ['ChannelsLastHook', 'CompileHook']
    assert 'pin_memory' in cfg.train_dataloader
    assert cfg.model == plain.model


def test_each_switch_can_be_taken_back(tmp_path):
    off = dict.fromkeys(('amp', 'channels_last', 'compile', 'fused', 'pin_memory'), False)
    cfg = fast_config(tmp_path, **off)
    before = cfg.to_dict()
    apply_fast(cfg)
    assert cfg.to_dict() == before
    apply_fast(Config(dict(model=1)))  # a config without it


def test_what_a_config_says_itself_stays():
    cfg = Config(
        dict(
            fast=dict(amp='float16', fused=True, pin_memory=True, compile=dict(mode='default')),
            optim_wrapper=dict(type='OptimWrapper', optimizer=dict(type='Adam', fused=False)),
            train_dataloader=dict(pin_memory=False),
            custom_hooks=[dict(type='CompileHook', backend='eager')],
        )
    )
    apply_fast(cfg)
    assert cfg.optim_wrapper.optimizer.fused is False
    assert cfg.optim_wrapper.loss_scale == 'dynamic'
    assert cfg.train_dataloader.pin_memory is False
    assert cfg.custom_hooks == [dict(type='CompileHook', backend='eager')]
    own = Config(dict(fast=dict(amp='bfloat16', fused=True), optim_wrapper=dict(type='Mine')))
    apply_fast(own)
    assert own.optim_wrapper == dict(type='Mine')
    rprop = Config(dict(fast=dict(fused=True), optim_wrapper=dict(optimizer=dict(type='Rprop'))))
    apply_fast(rprop)
    assert rprop.optim_wrapper.optimizer == dict(type='Rprop')


def test_wrong_switches_are_named():
    assert error_of(apply_fast, Config(dict(fast=dict(speed=1)))).endswith("found ['speed'].")
    message = error_of(apply_fast, Config(dict(fast=dict(amp='int8'))))
    assert message.startswith("fast.amp: expected one of ('bfloat16', 'float16') or False")
    message = error_of(apply_fast, Config(dict(fast=dict(compile='reduce-overhead'))))
    assert message.startswith('fast.compile: expected True, False or a dict of options')
    assert message.endswith("found 'reduce-overhead'.")


class LossesHook(Hook):
    def __init__(self):
        self.losses = []

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.losses.append({k: v.item() for k, v in outputs.items() if 'loss' in k})


@pytest.fixture(scope='module')
def data_root(tmp_path_factory):
    root = tmp_path_factory.mktemp('data')
    write_cityscapes(root, dict(train=4, val=2))
    return root


COUNTER = itertools.count()


def train(folder, data_root, epochs, resume=False, **options):
    """Trains a narrow network on two batches an epoch; gives all that was logged."""
    cfg = fast_config(folder, **options)
    shrink(cfg.model)
    cfg.train_cfg.update(max_epochs=epochs, val_interval=10)
    for key in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        cfg[key].update(batch_size=2, num_workers=0, persistent_workers=False)
        cfg[key].dataset.data_root = str(data_root)
        for step in cfg[key].dataset.pipeline:
            if step['type'] == 'ReduceResolution':
                step['size'] = (32, 64)
    cfg.update(log_level='ERROR', resume=resume, experiment_name=f'fast {next(COUNTER)}')
    runner = build_runner(cfg)
    hook = LossesHook()
    runner.register_hook(hook)
    runner.train()
    return hook.losses


PLAIN = dict.fromkeys(('amp', 'channels_last', 'compile', 'fused', 'pin_memory'), False)
FAST = dict(amp=False, compile=dict(backend='eager'))  # in float32, without a compiler of C++


def weights_in(folder, epoch) -> dict[str, torch.Tensor]:
    file = Path(folder) / f'epoch_{epoch}.pth'
    return torch.load(file, weights_only=False)['state_dict']


def test_a_fast_run_learns_what_a_plain_one_does_and_each_goes_on_with_the_other(
    data_root, tmp_path
):
    folders = {name: tmp_path / name for name in ('plain', 'fast')}
    for folder in folders.values():
        folder.mkdir()
    plain = train(folders['plain'], data_root, 1, **PLAIN)
    fast = train(folders['fast'], data_root, 1, **FAST)
    assert len(fast) == 2
    for one, other in zip(fast, plain, strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-4)
    shapes = [
        {key: value.shape for key, value in weights_in(folder, 1).items()}
        for folder in folders.values()
    ]
    assert shapes[0] == shapes[1]
    on_plain = train(folders['plain'], data_root, 2, resume=True, **FAST)
    on_fast = train(folders['fast'], data_root, 2, resume=True, **PLAIN)
    assert len(on_plain) == len(on_fast) == 2  # batches of the second epoch
    for one, other in zip(on_plain, on_fast, strict=True):
        assert one == pytest.approx(other, rel=1e-3, abs=1e-3)


def test_in_mixed_precision_it_trains_on_a_cpu_too(data_root, tmp_path):
    logged = train(tmp_path, data_root, 1, compile=dict(backend='eager'))
    assert all(torch.tensor(list(step.values())).isfinite().all() for step in logged)
    weights = weights_in(tmp_path, 1)
    assert all(value.dtype != torch.bfloat16 for value in weights.values())
    assert any(
        value.ndim == 4 and value.is_contiguous(memory_format=torch.channels_last)
        and not value.is_contiguous()
        for value in weights.values()
    )  # fmt: skip
