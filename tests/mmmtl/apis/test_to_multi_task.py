"""What becomes of a config as a whole: its runtime, data and metrics."""

import copy

import pytest
from mmengine.config import Config
from mmengine.hub import get_config

from mmmtl.tasks import ClassTask, VectorTask, build_tasks
from tests.utils.mmseg_families import FAMILIES, family_config
from tests.utils.turned import DATASET, OWN_TASKS, TASKS, changed, psp, turn, types


def test_the_given_config_stays():
    cfg = psp()
    before = copy.deepcopy(cfg.to_dict())
    turn(cfg, train_dataset=DATASET, val_dataset=DATASET, num_classes=7)
    assert cfg.to_dict() == before


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
        'CheckpointFitHook',
        'ClassPixelsHook',
        'EMAHook',
        'EpochSeedHook',
        'LossWeightingHook',
        'PreemptionHook',
        'SyncNormStatsHook',
        'TaskCheckHook',
        'WorkDirHook',
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


def test_only_the_own_task_of_classes_gets_the_config_s_metrics():
    heads = dict(parts=dict(type='FCNHead', in_channels=2048, channels=8))
    tasks = {name: OWN_TASKS[name] for name in ('parts', 'seg')}
    cfg = psp()
    cfg.val_evaluator = dict(type='IoUMetric', iou_metrics=['mDice'])
    cfg = turn(cfg, tasks, train_dataset=DATASET, val_dataset=DATASET, heads=heads)
    assert cfg.val_evaluator == [
        dict(type='TaskIoUMetric', iou_metrics=['mIoU'], task='parts', prefix='parts'),
        dict(type='IoUMetric', iou_metrics=['mDice'], prefix='seg'),
    ]
    assert list(cfg.model.auxiliary_head) == ['seg']


def test_definitions_go_to_model_and_data_sets():
    cfg = turn(psp(), OWN_TASKS, train_dataset=DATASET, val_dataset=DATASET)
    for tasks in (cfg.tasks, cfg.model.tasks, cfg.train_dataloader.dataset.tasks):
        assert build_tasks(tasks) == build_tasks(OWN_TASKS)
        assert tasks.edge.reader == dict(type='MaskReader', one=255)
    assert 'tasks' not in turn(psp())


def test_built_tasks_are_written_as_definitions(tmp_path):
    tasks = dict(
        parts=ClassTask(name='parts', classes=('head', 'legs'), reader=dict(type='IdMapReader')),
        albedo=VectorTask(name='albedo', channels=3),
    )
    cfg = turn(psp(), tasks, train_dataset=DATASET, val_dataset=DATASET)
    cfg.dump(tmp_path / 'turned.py')
    assert Config.fromfile(tmp_path / 'turned.py').tasks == dict(
        parts=dict(type='ClassTask', classes=['head', 'legs'], reader=dict(type='IdMapReader')),
        albedo=dict(type='VectorTask', channels=3),
    )


def test_the_metrics_of_tasks_of_ones_own_are_those_of_their_kinds():
    cfg = turn(psp(), OWN_TASKS, train_dataset=DATASET, val_dataset=DATASET)
    assert cfg.val_evaluator == [
        dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg'),
        dict(type='TaskIoUMetric', iou_metrics=['mIoU'], task='parts', prefix='parts'),
        dict(type='BinaryMetric', task='edge', prefix='edge'),
        dict(type='DepthErrorMetric', task='height', prefix='height'),
        dict(type='NormalErrorMetric', task='normal', prefix='normal'),
        dict(type='VectorErrorMetric', task='albedo', prefix='albedo'),
    ]


@pytest.mark.parametrize(
    ('given', 'expected'),
    [
        (dict(type='IoUMetric', iou_metrics=['mDice']), ['mDice']),
        (dict(type='CityscapesMetric'), ['mIoU']),  # it knows the classes of CityScapes alone
        (None, None),
    ],
)
def test_a_main_task_beside_seg_is_measured_by_its_own_maps(given, expected):
    cfg = psp()
    cfg.val_evaluator = given
    cfg.default_hooks.checkpoint.save_best = 'mIoU'
    tasks = {name: OWN_TASKS[name] for name in ('parts', 'edge')}
    turned = turn(cfg, tasks, train_dataset=DATASET, val_dataset=DATASET)
    own = [dict(type='TaskIoUMetric', iou_metrics=expected, task='parts', prefix='parts')]
    edge = dict(type='BinaryMetric', task='edge', prefix='edge')
    assert turned.val_evaluator == [*(own if expected else []), edge]
    assert turned.default_hooks.checkpoint.save_best == 'parts/mIoU'


@pytest.mark.parametrize('family', FAMILIES)
def test_every_family_gets_data(family):
    dataset = dict(DATASET)
    cfg = turn(family_config(family), train_dataset=dataset, val_dataset=dataset, num_classes=7)
    assert types(cfg.train_pipeline)[-1] == 'PackMultiTaskInputs'
    assert len(cfg.val_evaluator) == 3


@pytest.mark.parametrize(
    ('changes', 'options', 'reason'),
    [
        (dict(default_scope='mmdet'), {}, "default_scope: expected mmseg, found 'mmdet'"),
        (dict(model=None), {}, 'model: expected a model in the config, found none'),
        (
            {},
            dict(tasks='seg'),
            "tasks: expected a list of names, found the string 'seg'",
        ),
        ({}, dict(tasks=['seg', 'heat']), "Unknown task 'heat'"),
        ({}, dict(decoder='mine'), r"decoder: expected one of .* found 'mine'"),
        ({}, dict(heads=dict(heat={})), r"heads: .* found \['heat'\]"),
        ({}, dict(train_dataset=DATASET), 'val_dataset: expected both data sets'),
        ({}, dict(val_dataset=DATASET), 'train_dataset: expected both data sets'),
    ],
)
def test_wrong_arguments_are_named(changes, options, reason):
    with pytest.raises(ValueError, match=reason):
        turn(changed(**changes), **options)


def test_a_data_loader_is_needed():
    cfg = psp()
    cfg.pop('val_dataloader')
    with pytest.raises(ValueError, match='val_dataloader: expected a data loader'):
        turn(cfg, train_dataset=DATASET, val_dataset=DATASET)
