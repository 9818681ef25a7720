"""What is refused before a run of mmengine's Runner reads its first image, and what is not."""

import pytest
from mmengine.hooks import Hook
from mmseg.registry import DATASETS, HOOKS

from mmmtl.engine import TaskCheckHook
from tests.utils.toy.toy_runs import toy_runner
from tests.utils.toy.weighting_components import TwoTaskDataset
from tests.utils.toy.weighting_runs import weighting_runner

CHECKED = [dict(type='LossWeightingHook'), dict(type='TaskCheckHook')]
METRICS = [dict(type='TaskIoUMetric'), dict(type='DepthErrorMetric')]


@DATASETS.register_module()
class DefinedDataset(TwoTaskDataset):
    """States definitions of its tasks as data sets of this package do."""

    def __init__(self, definitions, **options):
        super().__init__(**options)
        self._metainfo['tasks'] = definitions


class Started(Hook):
    """Keeps what has happened."""

    priority = 'LOWEST'

    def __init__(self):
        self.iterations, self.metrics = 0, {}

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.iterations += 1

    def after_val_epoch(self, runner, metrics=None):
        self.metrics = metrics


def loader(**dataset):
    sampler = dict(type='DefaultSampler', shuffle=False)
    dataset = {'type': 'TwoTaskDataset', **dataset}
    return dict(batch_size=2, num_workers=0, sampler=sampler, dataset=dataset)


def runner_of(tmp_path, metrics=METRICS, val=None, checkpoint=None, **options):
    validated = dict(
        val_dataloader=val or loader(length=3),
        val_evaluator=metrics,
        val_cfg=dict(),
        test_dataloader=val or loader(length=3),
        test_evaluator=metrics,
        test_cfg=dict(),
        default_hooks=dict(checkpoint=dict(type='CheckpointHook', **(checkpoint or {}))),
        train_cfg=dict(by_epoch=True, max_epochs=2, val_interval=1),
        custom_hooks=CHECKED,
    )
    runner = weighting_runner(tmp_path, 'equal', **{**validated, **options})
    started = Started()
    runner.register_hook(started)
    return runner, started


def refused(runner, started, message):
    with pytest.raises(ValueError, match=message) as error:
        runner.train()
    assert '\n' not in str(error.value)
    assert started.iterations == 0


def test_it_is_registered():
    assert HOOKS.get('TaskCheckHook') is TaskCheckHook


def test_a_run_whose_parts_fit_is_made(tmp_path):
    runner, started = runner_of(tmp_path, checkpoint=dict(save_best='seg/mIoU'))
    runner.train()
    assert started.iterations == 4
    assert {'seg/mIoU', 'depth/abs_err'} <= set(started.metrics)
    assert set(runner.test()) == set(started.metrics)


def test_a_head_without_labels_in_the_training_data(tmp_path):
    dataset = dict(_delete_=True, type='RepeatDataset', times=2)
    dataset['dataset'] = dict(type='TwoTaskDataset', tasks=['seg'])
    runner, started = runner_of(tmp_path, train_dataloader__dataset=dataset)
    refused(runner, started, r"none of \['depth'\] \(TwoTaskDataset of \['seg'\]\)")


def test_a_training_set_that_defines_a_task_otherwise(tmp_path):
    definitions = dict(depth=dict(type='VectorTask', channels=2))
    dataset = dict(_delete_=True, type='DefinedDataset', definitions=definitions)
    runner, started = runner_of(tmp_path, train_dataloader__dataset=dataset)
    message = "^train_dataloader.dataset: DefinedDataset .* 'depth' with type 'VectorTask'"
    refused(runner, started, message)


def test_a_validation_set_with_another_number_of_classes(tmp_path):
    definitions = dict(seg=dict(type='ClassTask', classes=['a', 'b']))
    val = loader(type='DefinedDataset', definitions=definitions)
    runner, started = runner_of(tmp_path, val=val)
    message = "^val_dataloader.dataset: .* 'seg' with number of classes 2, expected .*, 3.$"
    refused(runner, started, message)
    with pytest.raises(ValueError, match=message):
        runner.val()
    with pytest.raises(ValueError, match=message.replace('val_', 'test_')):
        runner.test()


def test_a_unit_that_differs(tmp_path):
    tasks = dict(seg=dict(type='ClassTask'), depth=dict(type='ScalarTask', unit='depth'))
    definitions = dict(depth=dict(type='ScalarTask', unit='mtan'))
    val = loader(type='DefinedDataset', definitions=definitions)
    runner, started = runner_of(tmp_path, val=val, model__tasks=tasks)
    refused(runner, started, "'depth' with unit 'mtan', expected that of the model, 'depth'")


@pytest.mark.parametrize('kind', ['val', 'test'])
def test_a_metric_of_a_task_that_the_model_has_not(tmp_path, kind):
    metrics = [*METRICS, dict(type='NormalErrorMetric')]
    runner, started = runner_of(tmp_path, metrics=metrics)
    message = r"{}_evaluator: .* \['seg', 'depth'\], found NormalErrorMetric of 'normal'."
    if kind == 'test':
        with pytest.raises(ValueError, match=message.format(kind)):
            runner.test()
    else:
        refused(runner, started, message.format(kind))


@pytest.mark.parametrize('best', ['depth/silog', 'parts/mIoU', ['seg/mIoU', 'mIoU']])
def test_a_best_checkpoint_by_what_nobody_measures(tmp_path, best):
    checkpoint = dict(save_best=best, rule='greater')
    runner, started = runner_of(tmp_path, checkpoint=checkpoint)
    refused(runner, started, '^default_hooks.checkpoint.save_best: expected a metric of val_eval')


@pytest.mark.parametrize(
    ('best', 'rules'),
    [
        ('depth/abs_err', ['less']),
        (['seg/mIoU', 'depth/rel_err'], ['greater', 'less']),
        ('auto', ['less']),  # of the first metric, which is the depth's here
    ],
)
def test_the_best_checkpoint_is_found_without_a_rule(tmp_path, best, rules):
    metrics = METRICS[::-1]
    checkpoint = dict(save_best=best)
    runner, started = runner_of(tmp_path, metrics=metrics, checkpoint=checkpoint)
    runner.train()
    (hook,) = (hook for hook in runner.hooks if hasattr(hook, 'save_best'))
    assert hook.rules == rules
    keys = [best] if isinstance(best, str) else best
    for key in keys:
        name = 'depth_abs_err' if key == 'auto' else key.replace('/', '_')
        assert len(list(tmp_path.glob(f'best_{name}_epoch_*.pth'))) == 1
    assert started.iterations == 4


def test_a_model_without_tasks_is_left_alone_but_for_the_best_checkpoint(tmp_path):
    hooks = [dict(type='TaskCheckHook')]
    options = dict(custom_hooks=hooks, train_cfg__max_epochs=1)
    toy_runner(tmp_path / 'fits', **options).train()
    assert (tmp_path / 'fits' / 'epoch_1.pth').is_file()
    runner = toy_runner(tmp_path / 'other', default_hooks__checkpoint__save_best='mIoU', **options)
    with pytest.raises(ValueError, match="save_best: .* seg/mIoU, seg/mAcc.*, found 'mIoU'"):
        runner.train()


def test_configs_without_the_hook_train_as_before(tmp_path):
    # with what the hook would refuse
    tasks = dict(seg=dict(type='ClassTask'), depth=dict(type='ScalarTask', unit='depth'))
    definitions = dict(seg=dict(type='ClassTask'), depth=dict(type='ScalarTask', unit='mtan'))
    val = loader(type='DefinedDataset', definitions=definitions, length=3)
    runner, started = runner_of(tmp_path, val=val, model__tasks=tasks, custom_hooks=CHECKED[:1])
    runner.train()
    assert started.iterations == 4
    assert 'depth/abs_err' in started.metrics
