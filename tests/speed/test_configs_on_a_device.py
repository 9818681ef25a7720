"""The training step of every network has all its tensors on the device: one left behind raises."""

import re
from types import SimpleNamespace

import torch
from mmengine.config import Config
from mmengine.structures import PixelData
from mmseg.registry import METRICS, MODELS
from mmseg.structures import SegDataSample

from mmmtl.engine.epoch_log import EpochLog
from tests.utils.architectures import shrink
from tests.utils.device_waits import counted_waits
from tests.utils.gradient_batches import segmentor
from tests.utils.paths import CONFIGS

SIZE = (64, 128)
OF_OTHER_DATA = re.compile(
    r'cityscapes(2|19)(?!.*dinov)|-(demo|dwa|learnable|uncertainty|fixed)|weather|own_data'
    r'|pascal-context|camvid|decathlon-|streets5'
)
"""Configs that differ from another one in their data, weights or sizes alone."""
OF_THE_HUB = re.compile('dinov|swin-t_cityscapes|convnext|vit|swin-t_nyud|mit-b0')
"""Configs whose backbone is made of a file of the hub; see tests/configs/test_foundation.py."""
NAMES = [
    path.stem
    for path in sorted(CONFIGS.glob('*.py'))
    if not OF_OTHER_DATA.search(path.stem) and not OF_THE_HUB.search(path.stem)
]


def build(cfg):
    shrink(cfg)
    cfg.pop('pretrained', None)
    with torch.device('meta'):
        model = MODELS.build(cfg)
    return model.to('meta').train()


def batch_of(model):
    """Images and labels as a loader gives them, on the host."""
    samples = []
    for index in range(2):
        sample = SegDataSample(metainfo=dict(img_path=f'{index}.png', ori_shape=SIZE))
        for task in model.tasks.values():
            label = task.random_label(SIZE)
            sample.set_data({task.gt_field: PixelData(data=label)})
        samples.append(sample)
    return dict(inputs=[torch.zeros(3, *SIZE, dtype=torch.uint8)] * 2, data_samples=samples)


def step(model):
    data = model.data_preprocessor(batch_of(model), training=True)
    losses = model(**data, mode='loss')
    total, logged = model.parse_losses(losses)
    total.backward()
    assert all(value.is_meta for value in logged.values())
    assert all(p.grad.is_meta for p in model.parameters() if p.requires_grad)


def networks():
    """A config of each network: those of one on several data sets count once."""
    return {name.rsplit('_', 1)[0]: name for name in reversed(NAMES)}.values()


def test_every_network_trains_on_the_device():
    names = list(networks())
    assert len(names) > 30
    for name in names:
        with counted_waits() as waits:
            model = build(Config.fromfile(CONFIGS / f'{name}.py').model)
            waits.take()
            step(model)
        reads, uploads = waits.take()
        assert len(reads) <= 1, (name, reads)
        assert not uploads, (name, uploads)


WITH_READS = {'famo', 'fixed', 'geometric-mean'}
"""FAMO steps by the losses after a step, see test_device_waits.py; fixed weights are of two tasks;
TorchJD's geometric mean looks for negative losses itself."""


def test_every_weighting_works_on_the_device():
    files = sorted((CONFIGS / '_base_' / 'weightings').glob('*.py'))
    for file in files:
        if file.stem in WITH_READS:
            continue
        model = segmentor(Config.fromfile(file).loss_weighting)
        model.data_preprocessor = MODELS.build(dict(type='MultiTaskDataPreprocessor'))
        model.to('meta').train()
        with counted_waits() as waits:
            weighting = model.loss_weighting
            step(model)
            weighting.end_step()
            waits.take()
            step(model)
        by_gradients = weighting.needs_shared_tensors
        reads, uploads = waits.take()
        assert reads.total() == (2 if by_gradients else 1), (file.stem, reads)
        assert not uploads, (file.stem, uploads)


def test_metrics_and_logs_add_up_on_the_device():
    cfg = Config.fromfile(CONFIGS / 'mtan_segnet_nyuv2.py')
    with counted_waits() as waits:
        model = build(cfg.model).eval()
        data = model.data_preprocessor(batch_of(model), training=False)
        shape = SIZE
        outputs = []
        for sample in data['data_samples']:
            for task in model.tasks.values():
                logits = 13 if task.holds_ids else task.channels
                output = torch.zeros(logits, *shape, device='meta')
                sample.set_data({task.pred_field: PixelData(data=task.decode(output))})
            outputs.append(sample.to_dict())
        for config in cfg.val_evaluator:
            metric = METRICS.build(config)
            metric.dataset_meta = dict(classes=tuple(map(str, range(13))))
            metric.process({}, outputs)
        waits.take()
        log = EpochLog(list(model.tasks)).to('meta')
        numbers = {task: torch.ones((), device='meta') for task in model.tasks}
        batch = SimpleNamespace(joined=numbers, images=numbers)
        log.add(batch, numbers)
    assert waits.take()[0].total() == 0
