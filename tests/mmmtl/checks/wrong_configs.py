"""Wrong configs, each with the lines that are expected of it."""

from __future__ import annotations

from typing import Any

MODEL = 'model.decode_head'
TRAIN = 'train_dataloader'
STEPS = f'{TRAIN}.dataset.pipeline'

TYPES: list[tuple[dict[str, Any], str]] = [
    (
        {'model.type': 'MultitaskSegmentor'},
        "model.type: expected a type of the registry mmseg::model, found 'MultitaskSegmentor'; "
        "did you mean 'MultiTaskSegmentor'?",
    ),
    ({'model.backbone.type': 'SegNett'}, "model.backbone.type: .*'SegNett'; did you .* 'SegNet'"),
    ({'model.neck': dict(type='MTANeck')}, "model.neck.type: .*'MTANeck'; did you mean 'MTANNeck'"),
    ({f'{MODEL}.seg.type': 'FCNHed'}, "model.decode_head.seg.type: .*did you mean 'FCNHead'"),
    ({f'{MODEL}.depth.type': 'DephtHead'}, "decode_head.depth.type: .*did you mean 'DepthHead'"),
    (
        {f'{MODEL}.seg.loss_decode.type': 'CrossEntropyLos'},
        "model.decode_head.seg.loss_decode.type: .*did you mean 'CrossEntropyLoss'",
    ),
    (
        {'model.loss_weighting.type': 'UncertaintyWeigting'},
        "model.loss_weighting.type: .*did you mean 'UncertaintyWeighting'",
    ),
    (
        {'model.loss_weighting.type': 'DWA'},
        "model.loss_weighting.type: expected one of DynamicWeightAverage, .*, found 'DWA'",
    ),
    (
        {'model.data_preprocessor.type': 'MultiTaskDataPreprocesor'},
        "model.data_preprocessor.type: .*did you mean 'MultiTaskDataPreprocessor'",
    ),
    ({f'{TRAIN}.dataset.type': 'CityscapesMultiTask'}, 'train_dataloader.dataset.type: .*did you'),
    (
        {f'{STEPS}.0.type': 'LoadMultiTaskImages'},
        "train_dataloader.dataset.pipeline.0.type: .*did you mean 'LoadMultiTaskImage'",
    ),
    ({f'{TRAIN}.sampler.type': 'DefaultSampeler'}, "sampler.type: .*did you mean 'DefaultSampler'"),
    (
        {f'{TRAIN}.collate_fn': {'type': 'shared_colate'}},
        "train_dataloader.collate_fn.type: .*did you mean 'shared_collate'",
    ),
    (
        {'default_hooks.checkpoint': dict(type='CheckpointHook', interval='10min')},
        "default_hooks.checkpoint: interval: expected a number, found '10min'; .*Durable",
    ),
    ({'val_evaluator.0.type': 'IouMetric'}, "val_evaluator.0.type: .*did you mean 'IoUMetric'"),
    ({'optim_wrapper.type': 'OptimWraper'}, "optim_wrapper.type: .*did you mean 'OptimWrapper'"),
    ({'optim_wrapper.optimizer.type': 'Adm'}, "optim_wrapper.optimizer.type: .*did you mean 'Ad"),
    ({'param_scheduler.0.type': 'OneCycle'}, "param_scheduler.0.type: .*did you mean 'OneCycle"),
    ({'train_cfg.type': 'EpochBasedLoop'}, "train_cfg.type: .*did you mean 'EpochBasedTrainLoop'"),
    ({'default_hooks.logger.type': 'LogerHook'}, "default_hooks.logger.type: .*'LoggerHook'"),
    ({'custom_hooks.0.type': 'LossWeightHook'}, "custom_hooks.0.type: .*'LossWeightingHook'"),
    ({'visualizer.type': 'MultiTaskVisualizer'}, "visualizer.type: .*did you mean 'MultiTaskLocal"),
    (
        {'visualizer.vis_backends.0.type': 'LocalBackend'},
        "vis_backends.0.type: .*'LocalVisBackend'",
    ),
]
"""Types that are misspelt."""

ARGUMENTS: list[tuple[dict[str, Any], str]] = [
    (
        {'model.backbone.width': 8},
        "model.backbone: SegNet has no argument 'width'; did you mean 'widths'?",
    ),
    ({'model.test_config': {}}, "model: MultiTaskSegmentor has no argument 'test_config'; .*'test"),
    (
        {f'{MODEL}.seg.chanels': 8},
        "decode_head.seg: FCNHead has no argument 'chanels'; .*'channels'",
    ),
    ({f'{MODEL}.seg.loss_decode.avg_nonignore': True}, "CrossEntropyLoss has no argument 'avg_non"),
    ({f'{TRAIN}.dataset.data_rot': 'x'}, "has no argument 'data_rot'; did you mean 'data_root'"),
    ({f'{STEPS}.2.sise': 3}, r"pipeline.2: ReduceResolution has no argument 'sise'; .*'size'"),
    ({f'{TRAIN}.batchsize': 3}, "train_dataloader: a data loader .*'batchsize'; .*'batch_size'"),
    ({f'{TRAIN}.sampler.shufle': True}, "DefaultSampler has no argument 'shufle'; .*'shuffle'"),
    (
        {'optim_wrapper.optimizer.lr': 'fast'},
        "optim_wrapper.optimizer.lr: expected a number, found the text 'fast'",
    ),
    (
        {'optim_wrapper.optimizer.weight_decay': '1e-4'},
        'optim_wrapper.optimizer.weight_decay: .*; YAML takes 1e-3 for a text',
    ),
    (
        {'param_scheduler': [dict(type='StepLR', step_size=1, gamma='0.5')]},
        "param_scheduler.0.gamma: expected a number, found the text '0.5'",
    ),
    ({'val_evaluator.1.prefx': 'x'}, "DepthErrorMetric has no argument 'prefx'; .*'prefix'"),
    (
        {'optim_wrapper.optimizer.lrr': 1},
        "optimizer: Adam has no argument 'lrr'; did you mean 'lr'",
    ),
    ({'optim_wrapper.clip_grads': {}}, "optim_wrapper: OptimWrapper has no .*'clip_grad'"),
    ({'param_scheduler.0.totl_steps': 4}, "param_scheduler.0: OneCycleLR has no .*'total_steps'"),
    ({'train_cfg.max_epoch': 4}, "train_cfg: EpochBasedTrainLoop has no .*'max_epochs'"),
    ({'default_hooks.logger.intervall': 4}, "logger: LoggerHook has no .*'interval'"),
    ({'custom_hooks.0.intervall': 4}, "custom_hooks.0: LossWeightingHook has no .*'interval'"),
]
"""Arguments that are misspelt."""

FORMS: list[tuple[dict[str, Any], str]] = [
    ({'model': None}, 'model: is missing'),
    ({'model': 'mtan'}, "model: expected dict.type=....*found 'mtan'"),
    ({'model.loss_weighting': 'DWA'}, "model.loss_weighting: expected dict.*found 'DWA'"),
    ({MODEL: 'FCNHead'}, "model.decode_head: expected a head for each task, .*found 'FCNHead'"),
    ({f'{MODEL}.seg': 'FCNHead'}, "decode_head.seg: expected dict.type=..... found 'FCNHead'"),
    ({'model.auxiliary_head': 'FCNHead'}, 'model.auxiliary_head: expected heads by task'),
    ({'model.backbone': 'resnet'}, "model.backbone: expected dict.*found 'resnet'"),
    ({TRAIN: None}, 'train_dataloader: is missing, beside train_cfg and optim_wrapper'),
    ({'val_evaluator': None}, 'val_evaluator: is missing, beside val_dataloader and val_cfg'),
    ({'optim_wrapper': None}, 'optim_wrapper: is missing, beside train_dataloader'),
    ({f'{TRAIN}.dataset': None}, 'train_dataloader.dataset: is missing'),
    ({f'{TRAIN}.sampler': None}, 'train_dataloader.sampler: is missing'),
    ({f'{TRAIN}.batch_size': 0}, 'train_dataloader.batch_size: expected a whole number from 1'),
    ({'train_cfg.max_epochs': 0}, 'train_cfg.max_epochs: expected a whole number from 1, found 0'),
    (
        {'train_cfg': dict(_delete_=True, by_epoch=True)},
        'train_cfg.max_epochs: is missing; EpochBasedTrainLoop',
    ),
    ({'optim_wrapper.optimizer.lr': -1.0}, 'optim_wrapper.optimizer: Invalid learning rate'),
    ({'val_evaluator': ['mIoU']}, "val_evaluator.0: expected dict.*found 'mIoU'"),
    ({'custom_hooks': ['LossWeightingHook']}, 'custom_hooks.0: expected dict'),
    ({'custom_hooks.0.interval': 0}, 'custom_hooks.0: interval: expected a number of iterations'),
    (
        {'custom_hooks.0.priority': 'FIRST'},
        'custom_hooks.0: priority: expected one of HIGHEST, .*FIRST',
    ),
    ({'model.test_cfg': dict(mode='slides')}, "model.test_cfg.mode: .*found 'slides'"),
]
"""Parts that are missing, of another form or out of range."""

DISAGREEMENTS: list[tuple[dict[str, Any], str]] = [
    ({f'{MODEL}.type': 'FCNHead'}, "model.decode_head: .*found a single head of type 'FCNHead'"),
    (
        {f'{MODEL}.seg.num_classes': 19},
        'train_dataloader.dataset: .* number of classes 7, expected that of the model, 19',
    ),
    (
        {f'{MODEL}.seg.in_channels': 9},
        'model.decode_head.seg.in_channels: expected 8, .* that it reads, found 9',
    ),
    ({f'{MODEL}.depth.in_channels': 4}, 'model.decode_head.depth.in_channels: expected 8.*found 4'),
    (
        {f'{MODEL}.seg.in_index': 3},
        'model.decode_head.seg.in_index: expected one of the .* feature',
    ),
    ({'model.auxiliary_head.seg.0.in_channels': 9}, 'auxiliary_head.seg.0.in_channels: expected 8'),
    (
        {'model.backbone.in_channels': 4},
        'model.backbone: takes 4 channels, expected 3, those of the images',
    ),
    (
        {'model.neck': dict(type='FPN', in_channels=[8, 9], out_channels=8, num_outs=2)},
        'model.neck: takes 9 channels, expected 8, those of the backbone',
    ),
    ({f'{MODEL}.seg.ignore_index': 0}, 'decode_head.seg.ignore_index: expected 255'),
    ({'val_evaluator.0.ignore_index': 0}, 'val_evaluator.0.ignore_index: expected 255'),
    (
        {
            'custom_hooks': [dict(type='LossWeightingHook'), dict(type='DecathlonScoreHook')],
            'val_evaluator': [dict(type='ImageClassMetric', task='dtd')],
        },
        'val_evaluator: expected the accuracy of all 10 domains for DecathlonScoreHook',
    ),
    (
        {f'{MODEL}.seg.loss_decode.class_weight': [1.0, 2.0]},
        'decode_head.seg.loss_decode.class_weight: expected 7 numbers, .* found 2',
    ),
    (
        {'default_hooks.checkpoint.save_best': 'seg/mIuO'},
        'save_best: expected a metric of val_eval',
    ),
    (
        {'val_evaluator.1': dict(type='NormalErrorMetric')},
        'val_evaluator.1: expected metrics of the',
    ),
    (
        {'val_evaluator.1.task': 'seg', 'val_evaluator.1.prefix': 'seg'},
        "val_evaluator.1: task: expected a task of numbers for DepthErrorMetric, found 'seg'",
    ),
    (
        {
            'val_evaluator': [
                dict(type='IoUMetric', prefix='seg'),
                dict(type='DepthErrorMetric'),
                dict(type='DepthErrorMetric', max_value=0.1),
            ]
        },
        "val_evaluator: expected a prefix of its own for each metric, found 'depth/abs_err'",
    ),
    ({'val_evaluator.1.prefix': 'seg'}, "val_evaluator.1: prefix: expected 'depth'"),
    ({f'{TRAIN}.dataset.tasks': ['seg']}, 'train_dataloader.dataset: expected labels of'),
    ({f'{TRAIN}.dataset.tasks': ['seg', 'dept']}, "train_dataloader.dataset: .*'dept'"),
    ({f'{TRAIN}.dataset.num_classes': 2}, 'number of classes 2, expected that of the model, 7'),
    (
        {f'{TRAIN}.dataset.depth_unit': 'metre'},
        "train_dataloader.dataset: Unknown depth_unit 'metre'",
    ),
    (
        {f'{TRAIN}.dataset.indices': 0},
        'train_dataloader.dataset: indices: expected at least one sample, found 0',
    ),
    ({f'{TRAIN}.dataset.split': 'trai'}, 'train_dataloader.dataset: .*trai'),
    ({f'{STEPS}.2.size': (64, 128)}, 'model.data_preprocessor.size: expected at least .64, 128.'),
    (
        {'model.test_cfg': dict(mode='slide', crop_size=(64, 64), stride=(32, 32))},
        r'model.test_cfg.crop_size: expected windows of at most \(32, 64\), .*found \(64, 64\)',
    ),
    ({'model.test_cfg': dict(mode='slide')}, 'model.test_cfg: mode "slide" needs'),
    (
        {'param_scheduler.0.total_steps': 10},
        'param_scheduler.0.total_steps: expected 4, .* train_cfg.max_epochs=4, found 10',
    ),
    (
        {
            'model.loss_weighting.type': 'DynamicWeightAverage',
            'custom_hooks': [dict(type='TaskCheckHook')],
        },
        "custom_hooks: expected dict.type='LossWeightingHook'., which DynamicWeightAverage needs",
    ),
    ({'model.decode_head.normals': dict(type='NormalHead')}, "model: Unknown task 'normals'"),
    (
        {f'{MODEL}.depth': dict(_delete_=True, type='FCNHead', in_channels=8, channels=8)},
        'learns class ids',
    ),
    (
        {f'{MODEL}.seg': dict(_delete_=True, type='DepthHead', in_channels=8, channels=8)},
        'learns numbers',
    ),
]
"""Parts that do not fit each other."""

WRONG = [*TYPES, *ARGUMENTS, *FORMS, *DISAGREEMENTS]
