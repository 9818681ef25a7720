"""Every config in `configs/` builds, makes a training step and predicts, at a small size."""

import re
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.model import BaseModule
from mmseg.registry import DATASETS, METRICS, MODELS

from tests.utils.paths import CONFIGS
from tests.utils.random_data import write_cityscapes, write_nyuv2, write_streets

CONFIG_FILES = sorted(CONFIGS.glob('*.py'))
OTHER_CLASSES = [
    path for path in CONFIG_FILES if re.search(r'^(?!.*dinov).*cityscapes(2|19)', path.stem)
]
SEVERAL_SETS = [path for path in CONFIG_FILES if 'camvid' in path.stem]
"""See test_own_data.py."""
OTHER_DATA = [path for path in CONFIG_FILES if re.search('decathlon|weather|own_data', path.stem)]
"""Configs whose data have tests of their own."""
FIELD = [path for path in CONFIG_FILES if re.search('pascal-context|nyud', path.stem)]
"""Configs on the benchmarks of the cross-task decoders, see test_field_benchmarks.py."""
FOUNDATION = [
    path
    for path in CONFIG_FILES
    if path not in FIELD and re.search('dinov|swin-t|convnext', path.stem)
]
"""Configs whose weights are those of the hub, see test_foundation.py."""


SIZE = (32, 64)


@pytest.fixture(autouse=True)
def plain_defaults(monkeypatch):
    """Modules begin with one number in place of random ones, which the networks' own replace."""
    for name in ('kaiming_uniform_', 'uniform_'):
        monkeypatch.setattr(torch.nn.init, name, lambda values, *_, **__: values.data.fill_(0.01))


@pytest.fixture(scope='module')
def data_roots(tmp_path_factory):
    """One folder for each type of data set that the configs name."""
    writers = dict(
        CityscapesMultiTaskDataset=write_cityscapes,
        NYUv2MultiTaskDataset=write_nyuv2,
        MultiTaskDataset=write_streets,
    )
    return {
        name: str(write(tmp_path_factory.mktemp('data'), dict(train=2, val=2), size=SIZE))
        for name, write in writers.items()
    }


def dataset_of(loader, data_roots):
    pipeline = [
        dict(step, size=SIZE) if step['type'] == 'ReduceResolution' else step
        for step in loader.dataset['pipeline']
    ]
    root = data_roots[loader.dataset['type']]
    return DATASETS.build(dict(loader.dataset, data_root=root, pipeline=pipeline))


def load(loader, data_roots):
    dataset = dataset_of(loader, data_roots)
    items = [dataset[i] for i in range(2)]
    return dict(
        inputs=[item['inputs'] for item in items],
        data_samples=[item['data_samples'] for item in items],
    )


@pytest.mark.parametrize(
    'path',
    [
        path
        for path in CONFIG_FILES
        if path not in [*OTHER_CLASSES, *SEVERAL_SETS, *OTHER_DATA, *FOUNDATION, *FIELD]
    ],
    ids=lambda path: path.stem,
)
def test_it_trains_and_predicts(path, data_roots):
    cfg = Config.fromfile(path)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    parts = [module for module in model.modules() if isinstance(module, BaseModule)]
    assert all(part.is_init for part in parts if part.init_cfg)  # mmengine skips nn.ModuleDict
    model.train()
    data = model.data_preprocessor(load(cfg.train_dataloader, data_roots), training=True)
    loss, logged = model.parse_losses(model(**data, mode='loss'))
    loss.backward()
    assert loss.isfinite()
    assert all(p.grad is not None for p in model.parameters() if p.requires_grad)
    assert {f'{task}/loss' for task in cfg.model.decode_head} <= set(logged)

    batch = load(cfg.val_dataloader, data_roots)
    with torch.no_grad():
        predictions = model.eval().val_step(batch)
    for name in cfg.model.decode_head:
        task = model.tasks[name]
        for sample in predictions:
            predicted = sample.get(task.pred_field).data
            assert predicted.shape == sample.get(task.gt_field).data.shape
            assert predicted.isfinite().all()

    metainfo = dataset_of(cfg.val_dataloader, data_roots).metainfo
    for metric_cfg in cfg.val_evaluator:
        metric = METRICS.build(metric_cfg)
        metric.dataset_meta = metainfo
        metric.process(batch, [sample.to_dict() for sample in predictions])
        assert metric.evaluate(len(predictions))


@pytest.mark.parametrize('path', OTHER_CLASSES, ids=lambda path: path.stem)
def test_two_and_nineteen_classes_differ_in_nothing_else(path):
    cfg = Config.fromfile(path)
    (count,) = map(int, re.findall(r'cityscapes(\d+)', path.stem))
    expected = Config.fromfile(path.with_stem(re.sub(r'(cityscapes)\d+', r'\g<1>7', path.stem)))
    if 'seg' in cfg.model.decode_head:
        expected.num_classes = count
        for loader in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
            expected[loader].dataset.num_classes = count
        expected.model.decode_head.seg.num_classes = count
        if 'shared_out_channels' in cfg.model.backbone:
            expected.model.backbone.shared_out_channels = count
    assert cfg.to_dict() == expected.to_dict()


def test_the_base_files_are_all_used():
    base = CONFIGS / '_base_'
    used: set[Path] = set()
    for path in CONFIG_FILES:
        queue = [path]
        while queue:
            file = queue.pop()
            for name in Config._get_base_files(str(file)):
                found = (file.parent / name).resolve()
                used.add(found)
                queue.append(found)
    # For any experiment are weightings, see test_weightings.py, and test_fast_runtime.py
    free = {*base.glob('weightings/*.py'), base / 'runtime_fast.py'}
    files = {file.resolve() for file in base.rglob('*.py') if file not in free}
    assert files <= used


@pytest.mark.parametrize('path', CONFIG_FILES, ids=lambda path: path.stem)
def test_tasks_are_said_once(path):
    cfg = Config.fromfile(path).model
    assert 'tasks' not in cfg.backbone
    assert 'tasks' not in (cfg.get('neck') or {})
    for name, definition in cfg.get('tasks', {}).items():
        assert not {'num_classes', 'out_channels'} & set(cfg.decode_head[name]), definition
