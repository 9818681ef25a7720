"""What becomes of each part of a config; that the models run is tested for every family."""

import copy

import pytest
from mmengine.config import Config, ConfigDict
from mmengine.hub import get_config
from mmseg_families import FAMILIES, family_config

import mmmtl.tasks
from mmmtl.apis import to_multi_task
from mmmtl.apis.to_multi_task_heads import regression_head
from mmmtl.apis.to_multi_task_pipeline import multi_task_pipeline
from mmmtl.tasks import DEPTH, NORMAL, SEG, Quantity, Task, register_task

TASKS = ['seg', 'depth', 'normal']
DATASET = dict(type='MultiTaskDataset', data_root='data/mine', data_prefix={})


def psp():
    return family_config('pspnet')


def turn(cfg, tasks=TASKS, **options):
    return to_multi_task(cfg, tasks, **options)


def types(configs):
    return [config['type'] for config in configs]


def test_the_given_config_stays():
    cfg = psp()
    before = copy.deepcopy(cfg.to_dict())
    turn(cfg, train_dataset=DATASET, val_dataset=DATASET, num_classes=7)
    assert cfg.to_dict() == before


def test_the_model():
    before, model = psp().model, turn(psp()).model
    assert model.type == 'MultiTaskSegmentor'
    assert model.backbone == before.backbone
    assert model.pretrained == before.pretrained
    assert model.decode_head.seg == before.decode_head
    assert model.auxiliary_head == dict(seg=before.auxiliary_head)
    assert list(model.decode_head) == TASKS
    assert model.loss_weighting == dict(type='EqualWeighting')


def test_the_data_preprocessor_keeps_its_numbers():
    cfg = turn(psp())
    expected = {**psp().data_preprocessor, 'type': 'MultiTaskDataPreprocessor'}
    del expected['seg_pad_val']
    assert cfg.data_preprocessor == expected
    assert cfg.model.data_preprocessor == expected


def test_further_heads_have_a_decoder_of_the_same_kind():
    head = turn(psp()).model.decode_head.depth
    assert head == dict(
        type='DecoderRegressionHead',
        head=dict(type='DepthHead'),
        decoder=dict(
            type='PSPHead',
            in_channels=2048,
            in_index=3,
            channels=512,
            pool_scales=(1, 2, 3, 6),
            norm_cfg=dict(type='SyncBN', requires_grad=True),
            align_corners=False,
        ),
    )


def test_convolutions_in_place_of_the_decoder():
    head = turn(psp(), decoder='fcn').model.decode_head.normal
    assert head == dict(
        type='NormalHead',
        in_channels=2048,
        in_index=3,
        channels=512,
        num_convs=1,
        norm_cfg=dict(type='SyncBN', requires_grad=True),
        act_cfg=dict(type='ReLU'),
        align_corners=False,
    )


def test_several_inputs_are_joined():
    head = turn(family_config('upernet'), decoder='fcn').model.decode_head.depth
    assert head.in_channels == [256, 512, 1024, 2048]
    assert head.in_index == [0, 1, 2, 3]
    assert head.input_transform == 'resize_concat'


def test_an_fcn_head_becomes_one_with_as_many_convolutions():
    seg = family_config('fcn').model.decode_head
    head = regression_head(dict(seg, kernel_size=5, dilation=2), DEPTH)
    assert (head['type'], head['num_convs']) == ('DepthHead', seg.num_convs)
    assert (head['kernel_size'], head['dilation']) == (5, 2)


@pytest.mark.parametrize(
    ('family', 'expected'),
    [
        ('danet', 'DepthHead'),
        ('ddrnet', 'DepthHead'),
        ('dpt', 'DPTHead'),
        ('encnet', 'EncHead'),
        ('knet', 'UPerHead'),
        ('ocrnet', 'DepthHead'),
        ('pidnet', 'DepthHead'),
        ('segmenter', 'DepthHead'),
        ('stdc', 'DepthHead'),
        ('swin', 'UPerHead'),
    ],
)
def test_heads_of_several_outputs_are_not_copied(family, expected):
    head = turn(family_config(family)).model.decode_head.depth
    assert head.get('decoder', head).type == expected


def test_pidnet_trains_the_integral_branch_of_three():
    assert turn(family_config('pidnet')).model.decode_head.depth.in_index == 1


def test_a_cascade_becomes_one_head():
    cfg = family_config('ocrnet')
    model = turn(cfg).model
    assert model.decode_head.seg == dict(
        type='CascadeDecodeHead', heads=list(cfg.model.decode_head)
    )
    assert 'num_stages' not in model


def test_given_heads_are_taken():
    depth = dict(type='DepthHead', in_channels=1024, in_index=2, channels=64)
    model = turn(psp(), heads=dict(depth=depth)).model
    assert model.decode_head.depth == depth
    assert model.decode_head.normal.type == 'DecoderRegressionHead'


def test_another_scalar_task_is_named():
    task = Task('height', Quantity.SCALAR, 'a', 'b', 'c', 'd', 0)
    assert regression_head(psp().model.decode_head, task)['head'] == dict(
        type='DepthHead', task='height'
    )
    assert regression_head(psp().model.decode_head, NORMAL)['head'] == dict(type='NormalHead')


def test_the_number_of_classes_changes_everywhere():
    model = turn(family_config('knet'), num_classes=7).model
    head = model.decode_head.seg
    assert head.kernel_generate_head.num_classes == 7
    assert [update.num_classes for update in head.kernel_update_head] == [7, 7, 7]
    assert model.auxiliary_head.seg.num_classes == 7


@pytest.mark.parametrize('before', [19, 2])
def test_boundaries_are_no_classes(before):
    cfg = family_config('stdc')
    cfg.model.decode_head.num_classes = before
    for head in cfg.model.auxiliary_head[:2]:
        head.num_classes = before
    turned = turn(cfg, num_classes=7).model.auxiliary_head.seg
    assert types(turned) == ['FCNHead', 'FCNHead', 'STDCHead']
    assert [head.num_classes for head in turned] == [7, 7, 2]


def test_weights_of_other_classes_are_left_out():
    losses = turn(family_config('pidnet'), num_classes=7).model.decode_head.seg.loss_decode
    assert losses[0].class_weight is None
    kept = turn(family_config('pidnet'), num_classes=19).model.decode_head.seg.loss_decode
    assert len(kept[0].class_weight) == 19


def test_one_weight_for_all_classes_is_kept():
    cfg = psp()
    cfg.model.decode_head.loss_decode.class_weight = [2.0] * 19 + [0.1]
    loss = turn(cfg, num_classes=3).model.decode_head.seg.loss_decode
    assert loss.class_weight == [2.0, 2.0, 2.0, 0.1]


def test_the_runtime():
    cfg = psp()
    cfg.custom_hooks = [dict(type='EMAHook'), dict(type='LossWeightingHook', interval=10)]
    cfg.default_hooks.checkpoint.save_best = 'mIoU'
    turned = turn(cfg)
    assert turned.custom_imports == dict(imports=['mmmtl'], allow_failed_imports=False)
    assert turned.visualizer.type == 'MultiTaskLocalVisualizer'
    assert turned.visualizer.vis_backends == cfg.visualizer.vis_backends
    assert turned.default_hooks.visualization.type == 'MultiTaskVisualizationHook'
    assert turned.default_hooks.checkpoint.save_best == 'seg/mIoU'
    assert turned.default_hooks.checkpoint.rule == 'greater'
    assert turned.tta_model == dict(type='MultiTaskTTAModel')
    assert turned.custom_hooks[1] == dict(type='LossWeightingHook', interval=10)
    assert sorted(types(turned.custom_hooks)) == [
        'EMAHook',
        'EpochSeedHook',
        'LossWeightingHook',
        'SyncNormStatsHook',
    ]
    assert turned.train_cfg == cfg.train_cfg
    assert turned.optim_wrapper == cfg.optim_wrapper


def test_imports_are_added_to():
    cfg = psp()
    cfg.custom_imports = dict(imports='os', allow_failed_imports=True)
    assert turn(cfg).custom_imports == dict(imports=['os', 'mmmtl'], allow_failed_imports=True)


def test_without_data_sets_the_data_stays():
    before, after = psp(), turn(psp())
    for key in ('train_dataloader', 'val_dataloader', 'val_evaluator', 'train_pipeline'):
        assert after[key] == before[key]


def test_the_data():
    val = dict(DATASET, test_mode=True)
    cfg = turn(psp(), train_dataset=DATASET, val_dataset=val)
    dataset = cfg.train_dataloader.dataset
    assert (dataset.type, dataset.tasks) == ('MultiTaskDataset', TASKS)
    assert types(dataset.pipeline) == [
        'LoadMultiTaskImage',
        'LoadMultiTaskAnnotations',
        'MultiTaskRandomResize',
        'RandomCrop',
        'MultiTaskRandomFlip',
        'PhotoMetricDistortion',
        'PackMultiTaskInputs',
    ]
    assert dataset.pipeline[2] == dict(
        type='MultiTaskRandomResize', scale=(2048, 1024), ratio_range=(0.5, 2.0), keep_ratio=True
    )
    assert cfg.train_dataloader.batch_size == psp().train_dataloader.batch_size
    assert cfg.train_dataloader.sampler == psp().train_dataloader.sampler
    assert cfg.test_dataloader.dataset.test_mode
    assert types(cfg.val_dataloader.dataset.pipeline) == [
        'LoadMultiTaskImage',
        'Resize',
        'LoadMultiTaskAnnotations',
        'PackMultiTaskInputs',
    ]
    assert cfg.train_pipeline == dataset.pipeline
    flips = cfg.tta_pipeline[1].transforms[1]
    assert types(flips) == ['MultiTaskRandomFlip', 'MultiTaskRandomFlip']


def test_the_metrics():
    cfg = turn(psp(), train_dataset=DATASET, val_dataset=DATASET)
    expected = [
        dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg'),
        dict(type='DepthErrorMetric', task='depth', prefix='depth'),
        dict(type='NormalErrorMetric', task='normal', prefix='normal'),
    ]
    assert cfg.val_evaluator == expected
    assert cfg.test_evaluator == expected


def test_a_pipeline_of_the_data_set_is_taken():
    mine = dict(DATASET, pipeline=[dict(type='PackMultiTaskInputs')])
    cfg = turn(psp(), train_dataset=mine, val_dataset=DATASET)
    assert types(cfg.train_dataloader.dataset.pipeline) == ['PackMultiTaskInputs']


def test_the_pipeline_of_joined_data_sets_is_found():
    cfg = get_config('mmseg::pspnet/pspnet_r50-d8_4xb4-20k_voc12aug-512x512.py')
    pipeline = turn(cfg, train_dataset=DATASET, val_dataset=DATASET).train_dataloader.dataset
    assert 'MultiTaskPad' in types(pipeline.pipeline)


def test_edges_are_kept():
    cfg = turn(family_config('pidnet'), train_dataset=DATASET, val_dataset=DATASET)
    assert types(cfg.train_pipeline)[-2:] == ['GenerateEdge', 'PackMultiTaskInputs']


def test_the_turned_config_can_be_written_and_read(tmp_path):
    cfg = turn(psp(), train_dataset=DATASET, val_dataset=DATASET)
    cfg.dump(tmp_path / 'turned.py')
    assert Config.fromfile(tmp_path / 'turned.py').model == cfg.model


def changed(**changes):
    cfg = psp()
    for key, value in changes.items():
        cfg.merge_from_dict({key.replace('__', '.'): value})
    return cfg


@pytest.mark.parametrize(
    ('changes', 'options', 'reason'),
    [
        (dict(model__type='DepthEstimator'), {}, r"model\.type: .*'DepthEstimator': it predicts"),
        (dict(model__type='Mine'), {}, r"model\.type: expected .* found 'Mine'\."),
        (dict(model__backbone=None), {}, 'found no backbone'),
        (dict(model__text_encoder=1), {}, r'model\.text_encoder: the MultiTaskSegmentor has'),
        (dict(model__data_preprocessor__type='Mine'), {}, r"data_preprocessor\.type: .*'Mine'"),
        (dict(default_scope='mmdet'), {}, "default_scope: expected mmseg, found 'mmdet'"),
        (dict(model=None), {}, 'model: expected a model in the config, found none'),
        ({}, dict(tasks='seg'), "tasks: expected a list of names, found the string 'seg'"),
        ({}, dict(tasks=['depth']), r'tasks: expected one task of classes.*found none'),
        ({}, dict(tasks=['seg', 'heat']), "Unknown task 'heat'"),
        ({}, dict(decoder='mine'), r"decoder: expected one of .* found 'mine'"),
        ({}, dict(heads=dict(heat={})), r"heads: .* found \['heat'\]"),
        ({}, dict(train_dataset=DATASET), 'val_dataset: expected both data sets'),
    ],
)
def test_what_cannot_be_turned_is_named(changes, options, reason):
    with pytest.raises(ValueError, match=reason):
        turn(changed(**changes), **options)


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


def test_only_the_own_task_of_classes_gets_the_config_s_metrics(monkeypatch):
    monkeypatch.setattr(mmmtl.tasks, '_TASKS', dict(mmmtl.tasks._TASKS))
    register_task(Task('parts', Quantity.CLASSES, 'a', 'b', 'c', 'd', 255))
    heads = dict(parts=dict(type='FCNHead', in_channels=2048, channels=8, num_classes=4))
    cfg = turn(psp(), ['parts', 'seg'], train_dataset=DATASET, val_dataset=DATASET, heads=heads)
    assert [metric.prefix for metric in cfg.val_evaluator] == ['seg']
    assert list(cfg.model.auxiliary_head) == ['seg']


def test_a_data_loader_is_needed():
    cfg = psp()
    cfg.pop('val_dataloader')
    with pytest.raises(ValueError, match='val_dataloader: expected a data loader'):
        turn(cfg, train_dataset=DATASET, val_dataset=DATASET)


@pytest.mark.parametrize(
    ('name', 'reason'),
    [
        ('san/san-vit-b16_voc12aug-640x640', 'MultimodalEncoderDecoder.*no backbone to share'),
        ('vpd/vpd_sd_4xb8-25k_nyu-480x480', 'DepthEstimator.*depth alone'),
    ],
)
def test_other_models_of_mmseg_are_refused(name, reason):
    with pytest.raises(ValueError, match=reason):
        turn(get_config(f'mmseg::{name}.py'))


def test_mask_based_heads_say_what_they_need(monkeypatch):
    cfg = get_config('mmseg::mask2former/mask2former_r50_8xb2-90k_cityscapes-512x1024.py')
    monkeypatch.setattr('mmmtl.apis.to_multi_task_model.is_installed', lambda name: False)
    with pytest.raises(ValueError, match='Mask2FormerHead needs mmdet'):
        turn(cfg)


def test_mask_based_heads_share_their_features(monkeypatch):
    cfg = get_config('mmseg::mask2former/mask2former_r50_8xb2-90k_cityscapes-512x1024.py')
    monkeypatch.setattr('mmmtl.apis.to_multi_task_model.is_installed', lambda name: True)
    heads = turn(cfg, num_classes=7).model.decode_head
    assert heads.seg.type == 'Mask2FormerHead'
    assert heads.seg.loss_cls.class_weight == [1.0] * 7 + [0.1]
    assert heads.depth.type == 'DepthHead'
    assert heads.depth.in_channels == [256, 512, 1024, 2048]
    assert heads.depth.channels == 256


def test_heads_that_read_more_than_maps_have_no_convolutional_counterpart():
    with pytest.raises(ValueError, match='DPTHead reads, which reads more than feature maps'):
        turn(family_config('dpt'), decoder='fcn')
    with pytest.raises(ValueError, match='Mine reads, which has no in_channels'):
        regression_head(dict(type='Mine', channels=3), DEPTH, 'fcn')
    with pytest.raises(ValueError, match="heads: expected a config for 'seg'"):
        regression_head(psp().model.decode_head, SEG)


@pytest.mark.parametrize('family', FAMILIES)
def test_every_family_gets_data(family):
    dataset = dict(DATASET)
    cfg = turn(family_config(family), train_dataset=dataset, val_dataset=dataset, num_classes=7)
    assert types(cfg.train_pipeline)[-1] == 'PackMultiTaskInputs'
    assert len(cfg.val_evaluator) == 3
