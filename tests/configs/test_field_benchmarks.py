"""The configs on PASCAL-Context and NYUD-MT: two steps and an evaluation on the embedded sets."""

import re

import numpy as np
import pytest
import torch
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.launch import build_runner, load_config
from mmmtl.checks import check_config
from mmmtl.evaluation.logged_scalars import read_scalars
from mmmtl_scenes.writers.cityscapes import StreetSceneSet
from mmmtl_scenes.writers.nyud import write_nyud_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSet
from mmmtl_scenes.writers.pascal import write_pascal_streets
from tests.configs.test_every_config import FIELD
from tests.utils.architectures import shrink
from tests.utils.paths import CONFIGS

SIZE = (32, 64)
METRICS = {
    'pascal-context': (
        'seg/mIoU', 'parts/mIoU', 'saliency/maxF', 'normal/mean', 'edge/odsF',
    ),
    'nyud': ('seg/mIoU', 'depth/rmse', 'normal/mean', 'edge/odsF'),
}  # fmt: skip


def set_of(path):
    return re.search('|'.join(METRICS), path.stem)[0]


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    root = tmp_path_factory.mktemp('field')
    counts = dict(size=SIZE, train=4, val=1)
    write_pascal_streets(root / 'pascal-context', StreetSceneSet(**counts), 1, False)
    write_nyud_rooms(root / 'nyud', RoomSet(**counts), 1, False)
    return root


def small(path, data, work_dir):
    options = {
        'default_hooks.logger.interval': 1,
        'default_hooks.checkpoint.interval': 10,  # the files are large
        'default_hooks.checkpoint.save_last': False,
    }
    cfg = load_config(path, options, work_dir)
    if 'max_iters' in cfg.train_cfg:
        cfg.train_cfg.update(max_iters=2, val_interval=2)
        cfg.param_scheduler[0].end = 2
    else:
        cfg.train_cfg.update(max_epochs=1, val_interval=1)
        cfg.param_scheduler[0].end = 1
    shrink(cfg.model)
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.batch_size = min(loader.batch_size, 2)
        loader.num_workers = 0
        loader.dataset.data_root = str(data / set_of(path))
    for step in cfg.train_dataloader.dataset.pipeline:
        if step['type'] == 'MultiTaskRandomResize':
            step['scale'] = SIZE[::-1]
        elif step['type'] == 'RandomCrop':
            step['crop_size'] = SIZE
        elif step['type'] == 'MultiTaskPad':
            step['size'] = SIZE[::-1]
    for metric in (*cfg.val_evaluator, *cfg.test_evaluator):
        if metric['type'] == 'BoundaryMetric':
            metric['workers'] = 0
    return cfg


@pytest.mark.parametrize('path', FIELD, ids=lambda path: path.stem)
def test_it_trains_two_steps_and_is_measured(path, data, tmp_path):
    cfg = small(path, data, tmp_path)
    assert check_config(cfg) == ()
    runner = build_runner(cfg)
    trained, reached = set(), set()
    for name, parameter in runner.model.named_parameters():
        if parameter.requires_grad:
            trained.add(name)
            parameter.register_post_accumulate_grad_hook(lambda _, name=name: reached.add(name))
    runner.train()
    assert runner.iter == 2
    assert reached == trained
    log = read_scalars(tmp_path)
    for task in cfg.tasks:
        # by epoch a line for both, by iteration one for each
        logged = 2 if 'max_iters' in cfg.train_cfg else 1
        assert len(log.series('train', f'{task}/raw')[1]) == logged
    for name in METRICS[set_of(path)]:
        assert len(log.series('val', name)[1]) == (name.partition('/')[0] in cfg.tasks)


@pytest.mark.parametrize(
    'path', [path for path in FIELD if 'padnet_r18' in path.stem], ids=lambda path: path.stem
)
def test_it_goes_on_and_predicts_maps_and_pictures(path, data, tmp_path):
    cfg = small(path, data, tmp_path)
    cfg.default_hooks.checkpoint.update(interval=1)
    build_runner(cfg).train()
    cfg = small(path, data, tmp_path)
    cfg.default_hooks.checkpoint.update(interval=1)
    cfg.train_cfg.max_epochs = 2
    cfg.resume = True
    runner = build_runner(cfg)
    runner.train()
    assert runner.iter == 4
    assert runner.test()['edge/odsF'] > 0

    image = runner.test_dataloader.dataset[0]['data_samples'].img_path
    inferencer = MultiTaskInferencer(cfg, tmp_path / 'epoch_2.pth', show_progress=False)
    found = inferencer(image, out_dir=tmp_path / 'out', save=('pictures', 'npy'))
    assert list(found) == list(cfg.tasks)
    assert {values.shape[:2] for values in found.values()} == {SIZE}
    assert all(np.isfinite(values).all() for values in found.values())
    assert len(list((tmp_path / 'out').rglob('*.png'))) == 1 + len(found)


def test_a_transformer_keeps_the_size_of_an_image_that_is_no_multiple_of_a_patch():
    cfg = load_config(CONFIGS / 'invpt-full_vit-b_nyud.py')
    shrink(cfg.model)
    model = MODELS.build(cfg.model).eval()
    image = torch.zeros(3, 40, 70, dtype=torch.uint8)
    sample = SegDataSample(metainfo=dict(ori_shape=(40, 70), img_shape=(40, 70)))
    with torch.no_grad():
        (found,) = model.val_step(dict(inputs=[image], data_samples=[sample]))
    for task in model.tasks.values():
        assert found.get(task.pred_field).data.shape[-2:] == (40, 70)


WEIGHTS = dict(seg=1, parts=2, saliency=5, depth=1, normal=10, edge=50)
"""The factors on the losses in both protocols."""

PUBLISHED = ('invpt-full', 'swin-t')
"""Networks that are trained as InvPT is."""


def losses_of(head):
    """The configs of a head's losses; that of a head around one are its own."""
    return head.get('head', head).loss_decode


@pytest.mark.parametrize('path', FIELD, ids=lambda path: path.stem)
def test_losses_and_schedule_are_those_of_the_protocol(path):
    cfg = load_config(path)
    as_invpt = any(name in path.stem for name in PUBLISHED)
    # InvPT's code sums over a normal's components, MTI-Net's takes their mean, as ours does.
    weights = dict(WEIGHTS, normal=30) if as_invpt else WEIGHTS
    for name, head in cfg.model.decode_head.items():
        loss = losses_of(head)
        assert loss.get('loss_weight', 1) == weights[name]
        auxiliary = (cfg.model.get('auxiliary_head') or {}).get(name, [])
        for supervised in auxiliary if isinstance(auxiliary, list) else [auxiliary]:
            assert losses_of(supervised) == loss
    scheduler = cfg.param_scheduler[0]
    assert (scheduler.type, scheduler.power, scheduler.eta_min) == ('PolyLR', 0.9, 0)
    optimizer = cfg.optim_wrapper.optimizer
    assert optimizer.type == 'Adam'
    if as_invpt:
        assert (optimizer.lr, optimizer.weight_decay) == (2e-5, 1e-6)
        assert cfg.train_dataloader.batch_size == 2
        assert (cfg.train_cfg.max_iters, scheduler.end, scheduler.by_epoch) == (40000, 40000, False)
        assert cfg.train_dataloader.sampler.type == 'InfiniteSampler'
    else:
        assert (optimizer.lr, optimizer.weight_decay) == (1e-4, 1e-4)
        assert cfg.train_dataloader.batch_size == 8
        assert (cfg.train_cfg.max_epochs, scheduler.end) == (100, 100)
    assert cfg.auto_scale_lr.base_batch_size == cfg.train_dataloader.batch_size


def test_how_many_predictions_are_supervised():
    """One for PAD-Net and InvPT, one at each of four scales for MTI-Net, of every task."""
    counts = dict(padnet_r18=1, mtinet_hr18=4, **{'invpt-full_vit-b': 1})
    for name, count in counts.items():
        for data in METRICS:
            cfg = load_config(CONFIGS / f'{name}_{data}.py')
            heads = cfg.model.auxiliary_head
            assert list(heads) == list(cfg.tasks)
            assert all(len(h) == count if count > 1 else h.in_index == 1 for h in heads.values())


def test_each_set_has_the_same_architectures_and_each_task_a_network_of_its_own():
    several = [path for path in FIELD if path.stem.endswith(tuple(METRICS))]
    names = {path.stem.rpartition('_')[0] for path in several}
    assert len(several) == 2 * len(names)
    alone = {path.stem.rpartition('_')[2] for path in FIELD if path not in several}
    assert alone == {
        f'{name}-{metric.partition("/")[0]}'
        for name, metrics in METRICS.items()
        for metric in metrics
    }
