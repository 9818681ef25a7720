"""What a script of a user calls, in a process that has the default scope that is asked for.

``python -m tests.utils.entry_points SCOPE`` writes a line of JSON: what became of each entry point.
It runs in an empty folder. SCOPE is ``none``, ``mmseg``, or ``other``: another package, which has
components of the names of mmseg's.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.hub import get_config
from mmengine.registry import DefaultScope, init_default_scope
from mmseg.registry import DATASETS, MODELS, VISUALIZERS

from mmmtl.apis import MultiTaskInferencer, to_multi_task, try_model
from mmmtl.apis.launch import build_runner, load_config
from mmmtl.datasets import CityscapesMultiTaskDataset, NYUv2MultiTaskDataset
from mmmtl.deployment import DeployedNetwork, DynamicAxes, trace_network
from mmmtl.evaluation import evaluate_constant_baseline
from mmmtl.models.decode_heads import CascadeDecodeHead, DecoderRegressionHead, DepthHead
from mmmtl.models.necks import PerTaskNeck, TaskStreamsNeck
from mmmtl.models.segmentors import MultiTaskTTAModel
from tests.utils.paths import CONFIGS
from tests.utils.random_data import write_cityscapes, write_nyuv2

OTHER_REGISTRY = """
from mmengine.registry import DATASETS, METRICS, MODELS, RUNNERS, TASK_UTILS, TRANSFORMS, Registry

NAMES = 'ConcatDataset CrossEntropyLoss FCNHead FPN IoUMetric RandomFlip Resize ResNetV1c Runner'


def refuse(**arguments):
    raise RuntimeError('The component of the other package was built.')


for parent in (DATASETS, METRICS, MODELS, RUNNERS, TASK_UTILS, TRANSFORMS):
    registry = Registry(parent.name, parent=parent, scope='other')
    for name in NAMES.split():
        registry.register_module(name, module=refuse)
"""
SIZE = (64, 128)
KINDS = ('sem_seg', 'depth_map', 'normal_map')
WIDTHS = (8, 8, 8, 8, 8)
SMALL = f"""
_base_ = ['{CONFIGS}/mtan_segnet_cityscapes7-demo.py']
model = dict(
    backbone=dict(widths={WIDTHS}),
    neck=dict(widths={WIDTHS}),
    decode_head=dict(
        seg=dict(in_channels=8, channels=8), depth=dict(in_channels=8, channels=8)
    ),
)
train_cfg = dict(max_epochs=1)
param_scheduler = []
data_root = 'streets'
train_dataloader = dict(dataset=dict(data_root=data_root))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
log_level = 'WARNING'
"""
FCN = dict(type='FCNHead', in_channels=512, channels=8, num_classes=3)
PIPELINE = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='MultiTaskRandomResize', scale=SIZE[::-1], ratio_range=(1.0, 2.0)),
    dict(type='RandomCrop', crop_size=SIZE),
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='PackMultiTaskInputs'),
]


def prefixed(name: str) -> str:
    """The name under which mmseg's registries have it where another package has the scope."""
    return f'mmseg.{name}' if scope() == 'other' else name


def scope() -> str | None:
    """The process's default scope."""
    current = DefaultScope.get_current_instance()
    return None if current is None else current.scope_name


def docs_to_multi_task() -> None:
    data = dict(type='CityscapesMultiTaskDataset', data_root='streets', num_classes=7)
    cfg = to_multi_task(
        get_config('mmseg::upernet/upernet_r50_4xb2-40k_cityscapes-512x1024.py'),
        tasks=['seg', 'depth'],
        train_dataset=dict(data, split='train'),
        val_dataset=dict(data, split='val', test_mode=True),
        num_classes=7,
    )
    names = [step['type'] for step in cfg.train_dataloader.dataset.pipeline]
    assert 'MultiTaskRandomFlip' in names
    assert 'RandomFlip' not in names


def try_a_model() -> None:
    trial = try_model(_model())
    assert set(trial.losses) == {'seg', 'depth'}
    assert trial.without_gradient == ()


def build_models() -> None:
    built = MODELS.build({**_model(), 'type': prefixed('MultiTaskSegmentor')})
    assert type(built.data_preprocessor).__name__ == 'MultiTaskDataPreprocessor'
    outputs = built.eval()(torch.rand(1, 3, *SIZE))
    assert [tuple(outputs[task].shape) for task in outputs] == [(1, 3, *SIZE), (1, 1, *SIZE)]
    augmented = MultiTaskTTAModel({**_model(), 'type': 'MultiTaskSegmentor'})
    assert list(augmented.module.tasks) == ['seg', 'depth']


def build_parts() -> None:
    assert type(DepthHead(8, 8).loss_decode).__name__ == 'MaskedL1Loss'
    head = DecoderRegressionHead(decoder=dict(FCN), head=dict(type='DepthHead'))
    assert type(head.head) is DepthHead
    second = dict(type='OCRHead', in_channels=512, channels=8, ocr_channels=8, num_classes=3)
    assert len(CascadeDecodeHead([dict(FCN), second])) == 2
    neck = PerTaskNeck(
        ['seg', 'depth'], dict(type='FPN', in_channels=[4, 8], out_channels=4, num_outs=2)
    )
    assert list(neck.necks) == ['seg', 'depth']
    assert len(TaskStreamsNeck(['seg', 'depth'], [4, 8], channels=4).units) == 2


def build_data_sets() -> None:
    streets = dict(type=prefixed('CityscapesMultiTaskDataset'), data_root='streets')
    rooms = dict(type=prefixed('NYUv2MultiTaskDataset'), data_root='rooms')
    plain = dict(
        type=prefixed('MultiTaskDataset'),
        tasks=['seg'],
        data_root='streets',
        data_prefix=dict(img_path='leftImg8bit/val', seg_map_path='gtFine/val'),
        img_suffix='_leftImg8bit.png',
        label_suffix=dict(seg='_gtFine_labelIds.png'),
        label_readers=dict(seg=dict(type='IdMapReader', table=list(range(34)))),
        metainfo=dict(classes=[str(number) for number in range(34)]),
    )
    for config, maps in ((streets, 2), (rooms, 3), (plain, 1)):
        sample = DATASETS.build({**config, 'pipeline': PIPELINE})[0]
        assert sample['inputs'].shape[1:] == SIZE
        assert sum(f'gt_{kind}' in sample['data_samples'] for kind in KINDS) == maps
    for kind, root in ((CityscapesMultiTaskDataset, 'streets'), (NYUv2MultiTaskDataset, 'rooms')):
        assert len(kind(data_root=root, pipeline=PIPELINE)) == 2


def infer() -> None:
    _write_model()
    image = np.random.default_rng(0).integers(0, 256, (*SIZE, 3), dtype=np.uint8)
    for tta in (False, True):
        inferencer = MultiTaskInferencer(
            'small.py', 'small.pth', 'cpu', tta=tta, show_progress=False
        )
        assert inferencer.metainfo['depth_unit'] == 'mtan'  # from the data set of the config
        maps = inferencer(image, out_dir='predicted')
        assert isinstance(maps, dict)
        assert {task: values.shape for task, values in maps.items()} == dict(seg=SIZE, depth=SIZE)
    (picture,) = Path('predicted/pictures').glob('*.png')
    assert cv2.imread(str(picture)) is not None


def export() -> None:
    network = DeployedNetwork(MODELS.build({**_model(), 'type': prefixed('MultiTaskSegmentor')}))
    program = trace_network(network, SIZE, DynamicAxes.BATCH).module()
    maps = program(torch.zeros(2, *SIZE, 3, dtype=torch.uint8))
    assert [tuple(values.shape) for values in maps.values()] == [(2, 3, *SIZE), (2, 1, *SIZE)]


def draw() -> None:
    visualizer = VISUALIZERS.build(
        dict(
            type=prefixed('MultiTaskLocalVisualizer'),
            name='drawn',
            vis_backends=[dict(type='LocalVisBackend')],
            save_dir='drawn',
        )
    )
    sets = CityscapesMultiTaskDataset(data_root='streets', pipeline=[*PIPELINE[:2], PIPELINE[-1]])
    sample = sets[0]
    visualizer.dataset_meta = sets.metainfo
    image = sample['inputs'].numpy().transpose(1, 2, 0)
    visualizer.add_datasample('street', image, sample['data_samples'])
    assert list(Path('drawn').rglob('*.png'))


def measure_constants() -> None:
    pipeline = [*PIPELINE[:2], PIPELINE[-1]]
    sets = [
        CityscapesMultiTaskDataset(split, data_root='streets', pipeline=pipeline)
        for split in ('train', 'val')
    ]
    evaluators = Config.fromfile('small.py').val_evaluator
    metrics = evaluate_constant_baseline(*sets, evaluators)
    assert {'seg/mIoU', 'depth/abs_err'} <= set(metrics)


def run() -> None:
    """Comes last: a Runner sets the scope."""
    _write_model()
    runner = build_runner(load_config('small.py', work_dir='run'))
    runner.train()
    assert {'seg/mIoU', 'depth/abs_err'} <= set(runner.val())
    assert scope() == 'mmseg'


ENTRY_POINTS: tuple[Callable[[], None], ...] = (
    docs_to_multi_task,
    try_a_model,
    build_models,
    build_parts,
    build_data_sets,
    infer,
    export,
    draw,
    measure_constants,
    run,
)


def _model() -> dict[str, Any]:
    return dict(
        type='MultiTaskSegmentor',
        data_preprocessor=dict(type='MultiTaskDataPreprocessor'),
        backbone=dict(type='ResNetV1c', depth=18, base_channels=8, stem_channels=8),
        decode_head=dict(
            seg=dict(FCN, in_channels=64), depth=dict(type='DepthHead', in_channels=64, channels=8)
        ),
    )


def _write_model() -> None:
    Path('small.py').write_text(SMALL)
    model = MODELS.build(
        {**Config.fromfile('small.py').model, 'type': prefixed('MultiTaskSegmentor')}
    )
    torch.save(dict(state_dict=model.state_dict()), 'small.pth')


def main(wanted: str) -> None:
    if wanted == 'other':
        Path('other').mkdir()
        Path('other', 'registry.py').write_text(OTHER_REGISTRY)
    write_cityscapes(Path('streets'), dict(train=2, val=2), size=SIZE)
    write_nyuv2(Path('rooms'), dict(train=2, val=2), size=SIZE)
    if wanted != 'none':
        init_default_scope(wanted)
    outcomes = {}
    for entry_point in ENTRY_POINTS:
        before = scope()
        try:
            entry_point()
        except Exception:
            outcomes[entry_point.__name__] = traceback.format_exc()
            continue
        kept = scope() == before or entry_point is run
        outcomes[entry_point.__name__] = 'works' if kept else f'left the scope {scope()}'
    print('\n' + json.dumps(outcomes))


if __name__ == '__main__':
    main(sys.argv[1])
