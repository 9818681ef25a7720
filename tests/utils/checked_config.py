"""A small config that is right, to be made wrong in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmengine.config import Config

from mmmtl.apis.shared_tasks import share_tasks
from tests.utils import small_segmentor

SIZE = (32, 64)
SEG_HEAD = {**small_segmentor.SEG_HEAD, 'num_classes': 7}


def loader(root: Path, split: str, **settings: Any) -> dict[str, Any]:
    dataset = dict(
        type='CityscapesMultiTaskDataset',
        data_root=str(root),
        split=split,
        tasks=['seg', 'depth'],
        num_classes=7,
        depth_unit='mtan',
        pipeline=[
            dict(type='LoadMultiTaskImage'),
            dict(type='LoadMultiTaskAnnotations'),
            dict(type='ReduceResolution', size=SIZE),
            dict(type='PackMultiTaskInputs'),
        ],
    )
    sampler = dict(type='DefaultSampler', shuffle=split == 'train')
    return dict(batch_size=2, num_workers=0, sampler=sampler, dataset=dataset, **settings)


def right_config(root: Path) -> Config:
    """A small split network for two tasks, on data in a folder."""
    evaluator = [
        dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg'),
        dict(type='DepthErrorMetric', prefix='depth'),
    ]
    return Config(
        dict(
            default_scope='mmseg',
            model=dict(
                type='MultiTaskSegmentor',
                data_preprocessor=dict(type='MultiTaskDataPreprocessor', size=SIZE),
                backbone=dict(type='SegNet', widths=(8, 8), num_convs=(2, 2)),
                decode_head=dict(seg=SEG_HEAD, depth=small_segmentor.DEPTH_HEAD),
                auxiliary_head=dict(seg=[SEG_HEAD]),
                loss_weighting=dict(type='EqualWeighting'),
            ),
            train_dataloader=loader(root, 'train'),
            val_dataloader=loader(root, 'val'),
            test_dataloader=loader(root, 'val'),
            val_evaluator=evaluator,
            test_evaluator=evaluator,
            optim_wrapper=dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=1e-4)),
            param_scheduler=[dict(type='OneCycleLR', eta_max=0.1, total_steps=4, by_epoch=True)],
            train_cfg=dict(type='EpochBasedTrainLoop', max_epochs=4, val_interval=1),
            val_cfg=dict(type='ValLoop'),
            test_cfg=dict(type='TestLoop'),
            default_hooks=dict(
                checkpoint=dict(type='CheckpointHook', interval=1, save_best='seg/mIoU'),
                logger=dict(type='LoggerHook', interval=1),
            ),
            custom_hooks=[dict(type='LossWeightingHook'), dict(type='TaskCheckHook')],
            visualizer=dict(
                type='MultiTaskLocalVisualizer',
                vis_backends=[dict(type='LocalVisBackend')],
                name='visualizer',
            ),
        )
    )


def changed(root: Path, options: dict[str, Any]) -> Config:
    """The config with other values by dotted key; a value of None takes the key out."""
    cfg = right_config(root)
    for key, value in options.items():
        cfg.merge_from_dict({key: value})
    share_tasks(cfg)
    return cfg
