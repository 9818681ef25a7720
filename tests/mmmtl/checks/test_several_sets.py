"""Validations over several data sets, right and wrong ones."""

import pytest

from mmmtl.checks import check_config
from tests.utils.checked_config import changed, loader

SEG = dict(type='TaskIoUMetric', task='seg')
DEPTH = dict(type='DepthErrorMetric')
NO_FALSE_ALARM = [
    {},
    {'val_evaluator': [SEG, DEPTH]},
    {'val_evaluator': dict(streets=dict(metrics=[SEG]), roads=DEPTH)},
    {'val_cfg.prefix': False, 'default_hooks.checkpoint.save_best': 'seg/mIoU'},
]


def with_two_sets(root, options):
    loaders = {name: loader(root, 'val') for name in ('streets', 'roads')}
    cfg = changed(
        root,
        {
            'val_cfg.type': 'MultiSetValLoop',
            'val_dataloader': dict(_delete_=True, **loaders),
            'default_hooks.checkpoint.save_best': 'streets/seg/mIoU',
        },
    )
    cfg.val_evaluator = dict(streets=SEG, roads=DEPTH)
    for key, value in options.items():
        if '.' in key:
            cfg.merge_from_dict({key: value})
        else:
            cfg[key] = value
    return cfg


@pytest.mark.parametrize('options', NO_FALSE_ALARM)
def test_there_is_nothing_wrong_with_right_sets(root, options):
    assert check_config(with_two_sets(root, options), ('train', 'val')) == ()


@pytest.mark.parametrize(
    ('options', 'line'),
    [
        (
            {'val_evaluator': dict(streets=SEG, road=DEPTH)},
            "val_evaluator: expected an evaluator for each of the data sets ['streets', 'roads'], "
            "found ['road']; did you mean 'roads'?",
        ),
        (
            {'val_evaluator': dict(streets=SEG, roads=dict(type='DepthErorMetric'))},
            'val_evaluator.roads.type: expected a type of the registry mmseg::metric, found '
            "'DepthErorMetric'; did you mean 'DepthErrorMetric'?",
        ),
        (
            {'val_evaluator': dict(streets=SEG, roads=dict(SEG, task='parts'))},
            "val_evaluator.roads: expected metrics of the tasks ['seg', 'depth'], found "
            "TaskIoUMetric of 'parts'.",
        ),
        (
            {'default_hooks.checkpoint.save_best': 'seg/mIoU'},
            "found 'seg/mIoU'; 'streets/seg/mIoU' is measured.",
        ),
        (
            {
                'val_cfg.prefix': False,
                'val_evaluator': [SEG, DEPTH],
                'default_hooks.checkpoint.save_best': 'seg/mIoU',
            },
            'val_evaluator: roads: expected metrics of other names than those of '
            "the data sets before it, found 'depth/abs_err' again; prefix=True of the loop puts "
            'the name of the data set before it.',
        ),
        (
            {'val_cfg.type': 'ValLoop'},
            "val_cfg.type: expected 'MultiSetValLoop' for the data sets ['streets', 'roads'] of "
            "val_dataloader, found 'ValLoop'.",
        ),
        (
            {'val_dataloader.roads.datset': 1},
            "val_dataloader.roads: a data loader has no argument 'datset'; did you mean 'dataset'?",
        ),
        (
            {'val_dataloader.roads.dataset.pipeline.2.type': 'ReduceResolutoin'},
            'val_dataloader.roads.dataset.pipeline.2.type: expected a type of the registry '
            "mmseg::transform, found 'ReduceResolutoin'; did you mean 'ReduceResolution'?",
        ),
    ],
)
def test_what_is_wrong_is_one_line(root, options, line):
    (found,) = check_config(with_two_sets(root, options), ('train', 'val'))
    assert found.endswith(line)


def test_one_loader_is_not_several(root):
    cfg = changed(root, {'val_cfg.type': 'MultiSetValLoop'})
    assert check_config(cfg, ('train', 'val')) == (
        'val_dataloader: expected a data loader for each data set, dict(NAME=dict(dataset=...), '
        '...), which MultiSetValLoop needs, found a single one.',
    )


def test_missing_data_of_one_is_named(root):
    cfg = with_two_sets(root, {'val_dataloader.roads.dataset.data_root': 'nowhere'})
    (line,) = check_config(cfg, ('val',))
    assert line.startswith("CityscapesMultiTaskDataset: there is no data_root 'nowhere'.")


def test_statistics_are_of_the_sets_there_are(root):
    cfg = with_two_sets(root, {})
    cfg.model.set_statistics = ['streets', 'roads']
    assert check_config(cfg, ('train', 'val')) == ()
    cfg.model.set_statistics = ['streets', 'raods']
    (line,) = check_config(cfg, ('train', 'val'))
    assert line == (
        'model.set_statistics: expected names of the data sets of val_dataloader.roads.dataset, '
        "['roads'], found ['streets', 'raods'], without 'roads'; did you mean 'roads' by 'raods'?"
    )
    cfg.model.set_statistics = ['a/b']
    (line,) = check_config(cfg, ('train', 'val'))
    assert line.startswith('model.set_statistics: expected names of letters')
