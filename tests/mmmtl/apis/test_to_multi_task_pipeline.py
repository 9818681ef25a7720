"""Which transforms of a pipeline are replaced, and which have no counterpart."""

import pytest
from mmengine.config import ConfigDict

from mmmtl.apis.to_multi_task_pipeline import multi_task_pipeline
from mmmtl.tasks import DEPTH, NORMAL, SEG
from tests.utils.turned import DATASET, psp, turn


@pytest.mark.parametrize(
    ('transform', 'expected'),
    [
        (
            dict(type='RandomRotate', prob=0.5, degree=10, seg_pad_val=255),
            dict(type='MultiTaskRandomRotate', prob=0.5, degree=10),
        ),
        (
            dict(type='RandomCutOut', prob=1, n_holes=2, cutout_shape=(3, 3), seg_fill_in=255),
            dict(
                type='MultiTaskRandomCutOut',
                prob=1,
                n_holes=2,
                cutout_shape=(3, 3),
                cut_labels=True,
            ),
        ),
        (
            dict(type='mmcv.Pad', size=(8, 8), pad_val=dict(img=0, seg=255)),
            dict(type='MultiTaskPad', size=(8, 8), pad_val=dict(img=0, seg=255)),
        ),
        (
            dict(type='RandomApply', transforms=[dict(type='RandomFlip', prob=1.0)], prob=0.5),
            dict(
                type='RandomApply',
                transforms=[dict(type='MultiTaskRandomFlip', prob=1.0)],
                prob=0.5,
            ),
        ),
    ],
)
def test_transforms_are_replaced_with_their_arguments(transform, expected):
    pipeline = [ConfigDict(transform)]
    assert multi_task_pipeline(pipeline, [SEG, DEPTH, NORMAL], 'here') == [expected]


def test_loaders_lose_arguments_that_the_data_set_knows():
    pipeline = [
        dict(type='LoadImageFromFile', to_float32=True),
        dict(type='LoadAnnotations', reduce_zero_label=True),
        dict(type='PhotoMetricDistortion'),
        dict(type='PackSegInputs', meta_keys=('img_path',)),
    ]
    assert multi_task_pipeline(pipeline, [SEG, DEPTH], 'here') == [
        dict(type='LoadMultiTaskImage'),
        dict(type='LoadMultiTaskAnnotations'),
        dict(type='PhotoMetricDistortion'),
        dict(type='PackMultiTaskInputs', meta_keys=('img_path',)),
    ]


def test_a_cut_out_that_leaves_labels_alone_still_does():
    given = dict(type='RandomCutOut', prob=1, n_holes=2, cutout_shape=(3, 3))
    (turned,) = multi_task_pipeline([given], [SEG], 'here')
    assert turned['cut_labels'] is False
    assert given['type'] == 'RandomCutOut'


@pytest.mark.parametrize(
    ('transform', 'reason'),
    [
        (
            dict(type='RandomMosaic', prob=1),
            r'train_dataloader\.dataset\.pipeline: RandomMosaic: .*depth',
        ),
        (dict(type='RandomRotFlip'), 'RandomRotFlip: .*MultiTaskRandomRotate'),
        (dict(type='RandomResize', scale=[(8, 8), (9, 9)]), 'RandomResize: expected a ratio_range'),
        (dict(type='NoSuchTransform'), 'NoSuchTransform'),
    ],
)
def test_transforms_that_have_no_counterpart_are_named(transform, reason):
    cfg = psp()
    cfg.train_dataloader.dataset.pipeline.insert(2, ConfigDict(transform))
    with pytest.raises(ValueError, match=reason):
        turn(cfg, train_dataset=DATASET, val_dataset=DATASET)
