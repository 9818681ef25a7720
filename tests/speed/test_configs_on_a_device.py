"""The training step of every network has all its tensors on the device: one left behind raises."""

import re
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config
from mmengine.structures import PixelData
from mmseg.registry import METRICS, MODELS
from mmseg.structures import SegDataSample

from mmmtl.apis.shared_tasks import share_tasks
from mmmtl.engine.epoch_log import EpochLog
from tests.utils.architectures import shrink
from tests.utils.device_waits import counted_waits
from tests.utils.gradient_batches import segmentor
from tests.utils.paths import CONFIGS

SIZE = (64, 128)
VARIANTS = re.compile(r'cityscapes7-|(decathlon|pascal-context|nyuv2|nyud)-|nyuv2_aug|own_data')
"""Configs that differ from another one in their tasks, weights or settings alone."""
NAMES = [path.stem for path in sorted(CONFIGS.glob('*.py')) if not VARIANTS.search(path.stem)]
WHOLE = re.compile('wrn|streets|camvid')
"""Networks whose widths belong together."""


def build(name):
    """Builds a network of a config, narrow ones where the widths may be chosen."""
    cfg = Config.fromfile(CONFIGS / f'{name}.py')
    share_tasks(cfg)
    if not WHOLE.search(name):
        shrink(cfg.model)
    with torch.device('meta'):
        return MODELS.build(cfg.model).to('meta').train()


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
    pytest.importorskip('transformers')
    names = list(networks())
    assert len(names) > 30
    for name in names:
        with counted_waits() as waits:
            model = build(name)
            waits.take()
            step(model)
        reads, uploads = waits.take()
        assert len(reads) <= 1, (name, reads)
        assert not uploads, (name, uploads)


WITH_READS = {'famo', 'fixed', 'geometric-mean'}
"""FAMO steps by the losses after a step, see test_device_waits.py; fixed weights are of two tasks;
TorchJD's geometric mean looks for negative losses itself."""

BY_GRADIENTS = {'gradient-pcgrad', 'gradient-gradvac', 'gradient-mgda-ub'}
"""Of the methods that differ in what they do on the host with the gradients' inner products: one of
parameters, one that remembers, one of features."""


def test_every_weighting_works_on_the_device():
    files = sorted((CONFIGS / '_base_' / 'weightings').glob('*.py'))
    for file in files:
        if file.stem in WITH_READS or (
            file.stem.startswith('gradient-') and file.stem not in BY_GRADIENTS
        ):
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
        model = build('mtan_segnet_nyuv2').eval()
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
