"""mmengine's usual switches with a network of two tasks: what docs/switches.md says of each."""

import json
from pathlib import Path

import pytest
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from mmmtl.apis.launch import build_runner, load_config
from mmmtl.compat.checkpoint import read_checkpoint
from mmmtl.engine.scaled_lr import request_scaled_lr
from tests.utils.random_data import write_cityscapes

SIZE = (32, 64)
WIDTHS = [4] * 5
CONFIG = f"""
_base_ = ['mmmtl::mtan_segnet_cityscapes7-demo.py']
data_root = 'streets'
pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]
model = dict(
    backbone=dict(widths={WIDTHS}),
    neck=dict(widths={WIDTHS}),
    decode_head=dict(
        seg=dict(in_channels=4, channels=4), depth=dict(in_channels=4, channels=4)
    ),
)
dataset = dict(data_root=data_root, pipeline=pipeline)
train_dataloader = dict(batch_size=2, num_workers=0, dataset=dataset)
val_dataloader = dict(num_workers=0, dataset=dataset)
test_dataloader = dict(num_workers=0, dataset=dataset)
train_cfg = dict(max_epochs=2)
param_scheduler = []
"""


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Data of four images, and a config of two tasks over it."""
    root = tmp_path_factory.mktemp('switches')
    write_cityscapes(root / 'streets', dict(train=4, val=2), size=SIZE)
    (root / 'mine.py').write_text(CONFIG)
    return root


@pytest.fixture
def train(folder, tmp_path, monkeypatch):
    """Trains with some switch; gives the runner and the last line of each key in its log."""
    monkeypatch.chdir(folder)

    def run(options=None, change=lambda cfg: None):
        cfg = load_config('mine.py', options, tmp_path)
        cfg.visualizer.name = cfg.experiment_name = tmp_path.name  # a process keeps them by name
        change(cfg)
        runner = build_runner(cfg)
        runner.train()
        (path,) = tmp_path.glob('*/vis_data/scalars.json')
        scalars = {}
        for line in path.read_text().splitlines():
            scalars.update(json.loads(line))
        return runner, scalars

    return run


def add_hook(**hook):
    def change(cfg):
        cfg.custom_hooks = [*cfg.custom_hooks, hook]

    return change


def add_backend(**backend):
    def change(cfg):
        cfg.visualizer.vis_backends = [dict(type='LocalVisBackend'), backend]

    return change


KEYS = {'loss', 'seg/loss', 'depth/loss', 'seg/weight', 'depth/weight', 'seg/mIoU', 'depth/abs_err'}


def test_tensorboard(train, tmp_path):
    accumulator = pytest.importorskip('tensorboard.backend.event_processing.event_accumulator')
    train(change=add_backend(type='TensorboardVisBackend'))
    (events,) = tmp_path.rglob('events.out.tfevents.*')
    found = accumulator.EventAccumulator(str(events.parent)).Reload()
    assert set(found.Tags()['scalars']) >= KEYS


def test_weights_and_biases(train, monkeypatch):
    wandb = pytest.importorskip('wandb')
    monkeypatch.setenv('WANDB_MODE', 'offline')
    keys = set()
    log = wandb.Run.log

    def note(run, data, *args, **options):
        keys.update(data)
        return log(run, data, *args, **options)

    monkeypatch.setattr(wandb.Run, 'log', note)
    train(change=add_backend(type='WandbVisBackend', init_kwargs=dict(project='p')))
    assert keys >= KEYS


def test_mlflow(train, tmp_path, monkeypatch):
    pytest.importorskip('mlflow')
    monkeypatch.setenv('MLFLOW_ALLOW_FILE_STORE', 'true')
    store = tmp_path / 'mlruns'
    train(change=add_backend(type='MLflowVisBackend', exp_name='p', tracking_uri=store.as_uri()))
    assert {key for key in KEYS if list(store.rglob(f'metrics/{key}'))} == KEYS


def test_ema(train, tmp_path):
    hook = add_hook(type='EMAHook', momentum=0.5)
    runner, scalars = train(None, hook)
    state = read_checkpoint(str(tmp_path / 'epoch_2.pth'))
    # While it trains, the checkpoint's weights are the averages, and those that are trained are
    # beside them.
    averaged, trained = state['state_dict'], state['ema_state_dict']
    key = 'loss_weighting.log_variance'
    assert not torch.equal(averaged[key], trained[f'module.{key}'])
    assert torch.equal(runner.model.state_dict()[key], trained[f'module.{key}'])
    assert scalars.keys() >= KEYS
    resumed = load_config('mine.py', None, tmp_path)
    hook(resumed)
    resumed.resume = True
    resumed.train_cfg.max_epochs = 3
    resumed.visualizer.name = resumed.experiment_name = f'{tmp_path.name} resumed'
    build_runner(resumed).train()
    assert (tmp_path / 'epoch_3.pth').is_file()


def test_early_stopping(train):
    hook = add_hook(
        type='EarlyStoppingHook', monitor='depth/abs_err', rule='less', patience=1, min_delta=1e9
    )
    runner, _ = train({'train_cfg.max_epochs': 9}, hook)
    assert runner.epoch == 2


@pytest.mark.parametrize(
    'weighting', [dict(type='EqualWeighting'), dict(type='GradientWeighting', method='PCGrad')]
)
def test_gradient_clipping(train, weighting):
    if weighting['type'] == 'GradientWeighting':
        pytest.importorskip('torchjd')

    def clip(cfg):
        cfg.model.loss_weighting = weighting
        cfg.optim_wrapper.clip_grad = dict(max_norm=1e-3)

    norms = []

    def note(optimizer, *_):
        gradients = [p.grad for group in optimizer.param_groups for p in group['params']]
        squares = [g.square().sum() for g in gradients if g is not None]
        norms.append(float(torch.stack(squares).sum().sqrt()))

    handle = register_optimizer_step_pre_hook(note)
    try:
        _, scalars = train({'train_cfg.max_epochs': 1}, clip)
    finally:
        handle.remove()
    assert scalars['grad_norm'] > 1e-2
    assert norms == pytest.approx([1e-3] * 2, rel=1e-2)


def test_profiler(train, tmp_path):
    path = tmp_path / 'trace.json'
    train(
        {'train_cfg.max_epochs': 1},
        add_hook(
            type='ProfilerHook',
            profile_times=1,
            on_trace_ready=dict(type='log_trace', sort_by='self_cpu_time_total'),
            json_trace_path=str(path),
        ),
    )
    assert 'aten::conv' in Path(path).read_text()


def test_scaled_learning_rate(train):
    runner, scalars = train({'train_cfg.max_epochs': 1}, request_scaled_lr)
    assert runner.cfg.auto_scale_lr == dict(base_batch_size=8, enable=True)
    assert scalars['lr'] == pytest.approx(runner.cfg.optim_wrapper.optimizer.lr * 2 / 8)


def test_deterministic_algorithms(train):
    """Unpooling is the only part without a deterministic form in torch."""
    threads = torch.get_num_threads()
    try:
        runner, scalars = train(
            {'train_cfg.max_epochs': 1, 'randomness': dict(seed=0, deterministic=True)}
        )
        assert torch.are_deterministic_algorithms_enabled()
    finally:
        torch.use_deterministic_algorithms(False)
        torch.backends.cudnn.deterministic = False
        torch.set_num_threads(threads)
    assert runner.iter == 2
    assert scalars.keys() >= KEYS
