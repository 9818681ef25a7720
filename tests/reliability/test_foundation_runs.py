"""A frozen backbone through training, averaging, several processes, and a run that goes on."""

import pytest
import torch
import torch.distributed as dist
from mmengine.hooks import Hook
from mmengine.model import MMDistributedDataParallel
from mmengine.optim import build_optim_wrapper
from mmseg.registry import MODELS

from mmmtl.apis.launch import build_runner, load_config
from mmmtl.compat.checkpoint import read_checkpoint
from tests.utils.foundation_models import CONFIGS
from tests.utils.processes import on_two_processes
from tests.utils.random_data import write_cityscapes
from tests.utils.small_segmentor import samples

SIZE = (32, 64)
CONFIG = """
_base_ = ['mmmtl::linear_dinov2-s_cityscapes19.py']
num_classes = 7
data_root = 'streets'
pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]
model = dict(
    backbone=dict(model=None, config=CONFIG, save_frozen=False, SETTINGS),
    decode_head=dict(
        seg=dict(in_channels=16, num_classes=7), depth=dict(decoder=dict(in_channels=16))
    ),
)
dataset = dict(data_root=data_root, num_classes=num_classes, pipeline=pipeline)
train_dataloader = dict(batch_size=2, num_workers=0, persistent_workers=False, dataset=dataset)
val_dataloader = dict(batch_size=2, num_workers=0, dataset=dataset)
test_dataloader = val_dataloader
train_cfg = dict(max_epochs=2)
param_scheduler = []
"""


class Stops(Hook):
    """Ends a training in the middle of its second epoch."""

    def after_train_iter(self, runner, **_):
        if runner.iter == 2:
            raise ConnectionError('the machine is gone')


@pytest.fixture(scope='module')
def weights(tmp_path_factory):
    """A folder with a model, as the hub has it."""
    from tests.utils.foundation_models import write_folder

    folder = tmp_path_factory.mktemp('dinov2')
    write_folder(folder, processor=dict(image_mean=[0.5] * 3, image_std=[0.25] * 3))
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    write_cityscapes(tmp_path / 'streets', dict(train=4, val=2), size=SIZE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


BY_TASK = "type='HFTaskBackbone', lora=dict(rank=dict(seg=4, depth=2))"
"""An adapter for each task; its backbone is always frozen."""


def run(folder, weights, name, settings, hooks=(), resume=False, stops=False):
    text = CONFIG.replace('CONFIG', '{}').replace('model=None', f'model={str(weights)!r}')
    if settings == BY_TASK:
        text = text.replace('backbone=dict(model', 'backbone=dict(_delete_=True, model')
    (folder / 'mine.py').write_text(text.replace('SETTINGS', settings))
    cfg = load_config('mine.py', None, folder / name)
    cfg.custom_hooks = [*cfg.custom_hooks, *hooks]
    cfg.resume = resume
    cfg.experiment_name = cfg.visualizer.name = f'{folder.name}_{name}_{resume}'
    runner = build_runner(cfg)
    before = {key: value.clone() for key, value in runner.model.backbone.named_parameters()}
    if stops:
        runner.register_hook(Stops())
        with pytest.raises(ConnectionError):
            runner.train()
    else:
        runner.train()
    for key, value in runner.model.backbone.named_parameters():
        assert torch.equal(value, before[key]) != value.requires_grad, key
    return runner


@pytest.mark.parametrize(
    ('settings', 'adapted'), [('', 0), ('lora=dict(rank=2)', 16), (BY_TASK, 32)]
)
def test_a_run_that_was_stopped_ends_with_the_same_bits(folder, weights, settings, adapted):
    ema = [dict(type='EMAHook', momentum=0.3)]
    whole = run(folder, weights, 'whole', settings, ema)
    run(folder, weights, 'stopped', settings, ema, stops=True)
    resumed = run(folder, weights, 'stopped', settings, ema, resume=True)
    assert resumed.epoch == whole.epoch == 2
    first, second = (
        read_checkpoint(folder / name / 'epoch_2.pth') for name in ('whole', 'stopped')
    )
    for part in ('state_dict', 'ema_state_dict'):
        assert first[part].keys() == second[part].keys()
        assert all(torch.equal(value, second[part][key]) for key, value in first[part].items())
    hashes = [
        value.tolist()
        for part in ('state_dict', 'ema_state_dict')
        for name, value in first[part].items()
        if name.endswith('backbone.frozen_hash')
    ]
    assert len(hashes) == 2
    assert hashes[0] == hashes[1]  # the average of what never changes is the same to the last bit
    names = [name for name in first['state_dict'] if name.startswith('backbone.model.')]
    assert len(names) == adapted
    norm = resumed.model.data_preprocessor
    assert norm.mean.flatten().tolist() == [127.5] * 3
    assert norm.std.flatten().tolist() == [63.75] * 3


FROZEN = dict(type='HFBackbone', config=CONFIGS['resnet'], frozen=True)
ADAPTED = dict(type='HFTaskBackbone', config=CONFIGS['dinov2'], lora=dict(rank=2))


def frozen_training(rank):
    wrapped_training(rank, FROZEN, channels=32, size=(32, 64))


def adapted_training(rank):
    wrapped_training(rank, ADAPTED, channels=16, size=(28, 56))


def wrapped_training(rank, backbone, channels, size):
    torch.manual_seed(0)
    head = dict(in_channels=channels, channels=4)
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            data_preprocessor=dict(type='MultiTaskDataPreprocessor', mean=[0] * 3, std=[1] * 3),
            backbone=backbone,
            decode_head=dict(
                seg=dict(type='FCNHead', num_classes=5, **head),
                depth=dict(type='DepthHead', **head),
            ),
        )
    )
    before = {key: value.clone() for key, value in model.backbone.state_dict().items()}
    ddp = MMDistributedDataParallel(model).train()
    optim = build_optim_wrapper(
        ddp, dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.1, weight_decay=0.1))
    )
    for step in range(2):
        generator = torch.Generator().manual_seed(10 * step + rank)
        batch = samples(size=size)
        images = [torch.rand(3, *size, generator=generator) * 255 for _ in batch]
        ddp.train_step(dict(inputs=images, data_samples=batch), optim)
    trained = dict(model.named_parameters())
    for key, value in model.backbone.state_dict().items():
        learns = f'backbone.{key}' in trained and trained[f'backbone.{key}'].requires_grad
        assert torch.equal(value, before[key]) != learns, key
    for weight in (value.detach() for value in trained.values() if value.requires_grad):
        found = [torch.zeros_like(weight) for _ in range(2)]
        dist.all_gather(found, weight)
        assert torch.equal(*found)


@pytest.mark.parametrize('training', [frozen_training, adapted_training])
def test_two_processes_leave_frozen_weights_as_they_are(tmp_path, training):
    on_two_processes(training, tmp_path)
