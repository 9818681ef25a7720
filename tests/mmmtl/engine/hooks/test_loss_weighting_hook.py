import json
import math
from typing import ClassVar

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.registry import VISBACKENDS
from mmengine.visualization import BaseVisBackend
from mmseg.registry import HOOKS

from mmmtl.engine import LossWeightingHook
from tests.utils.toy.toy_runs import toy_runner
from tests.utils.toy.weighting_runs import train, weighting_runner

NO_LOOP = dict(_delete_=True, type='IterBasedTrainLoop', max_iters=6)
FEW_EPOCHS = dict(train_cfg__max_epochs=2)


class Batches(Hook):
    """Keeps what the weighting saw, and the state after each iteration."""

    priority = 'LOWEST'

    def before_train(self, runner):
        self.seen, self.states, self.inputs = [], [self.state_of(runner)], []
        runner.model.loss_weighting.register_forward_hook(self.keep)

    def keep(self, module, args, output):
        if module.training:
            weights = {task: weight.item() for task, weight in output.weights.items()}
            self.seen.append((args[0], weights))

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.states.append(self.state_of(runner))

    def state_of(self, runner):
        state = {f'p.{k}': v.clone() for k, v in runner.model.named_parameters()}
        for index, values in enumerate(runner.optim_wrapper.optimizer.state.values()):
            state |= {f'o.{index}.{k}': v.clone() for k, v in values.items()}
        return state


def observed(tmp_path, weighting='equal', **options):
    runner = weighting_runner(tmp_path, weighting, **options)
    batches = Batches()
    runner.register_hook(batches)
    runner.train()
    return runner, batches


def scalars(work_dir):
    (file,) = work_dir.glob('*/vis_data/scalars.json')
    return [json.loads(line) for line in file.read_text().splitlines()]


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)


def test_it_is_registered():
    assert HOOKS.get('LossWeightingHook') is LossWeightingHook


# What it logs


def test_epoch_means_are_over_the_labelled_images(tmp_path):
    weighting = dict(type='UncertaintyWeighting')
    _, batches = observed(tmp_path, weighting, train_cfg__max_epochs=1)
    (logged,) = (line for line in scalars(tmp_path) if 'seg/epoch_raw' in line)
    assert len(batches.seen) == 2  # of four and of two images
    for task in ('seg', 'depth'):
        of_task = [(batch, weights) for batch, weights in batches.seen if task in batch.joined]
        images = [batch.images[task].item() for batch, _ in of_task]
        raw = [batch.joined[task].item() for batch, _ in of_task]
        weight = [weights[task] for _, weights in of_task]
        assert sum(images) == dict(seg=6, depth=4)[task]

        def mean(values, images=images):
            return sum(v * n for v, n in zip(values, images, strict=True)) / sum(images)

        weighted = [a * b for a, b in zip(raw, weight, strict=True)]
        assert logged[f'{task}/epoch_raw'] == pytest.approx(mean(raw), rel=1e-6)
        assert logged[f'{task}/epoch_weight'] == pytest.approx(mean(weight), rel=1e-6)
        assert logged[f'{task}/epoch_weighted'] == pytest.approx(mean(weighted), rel=1e-6)
    assert logged['epoch'] == 1
    assert logged['iter'] == logged['step'] == 2


@VISBACKENDS.register_module()
class KeepingBackend(BaseVisBackend):
    """Stands for any backend: keeps what it is given."""

    kept: ClassVar[list] = []
    experiment = None

    def _init_env(self):
        pass

    def add_scalars(self, scalar_dict, step=0, file_path=None, **kwargs):
        self.kept.append((dict(scalar_dict), step))


def test_text_log_and_every_backend_have_it(tmp_path):
    backends = [dict(type='LocalVisBackend'), dict(type='KeepingBackend', save_dir=str(tmp_path))]
    options = dict(log_level='INFO', visualizer__vis_backends=backends)
    train(tmp_path, 'fixed', **FEW_EPOCHS, **options)
    (log,) = tmp_path.glob('*/*.log')
    lines = [line for line in log.read_text().splitlines() if 'epoch_weight:' in line]
    assert len(lines) == 2
    assert 'Epoch(train) [2]  seg/epoch_raw: ' in lines[1]
    assert '  seg/epoch_weight: 0.3000  ' in lines[1]
    assert '  depth/epoch_weight: 0.7000  ' in lines[1]
    kept = [(values, step) for values, step in KeepingBackend.kept if 'seg/epoch_raw' in values]
    assert [step for _, step in kept] == [2, 4]
    assert kept[1][0]['depth/epoch_weight'] == pytest.approx(0.7)
    each = [values for values, _ in KeepingBackend.kept if 'depth/weight' in values]
    assert {'depth/raw', 'depth/weight', 'depth/loss', 'seg/raw'} <= set(each[0])


def test_logged_keys_are_not_taken_for_losses(tmp_path):
    train(tmp_path, 'equal', train_cfg__max_epochs=1)
    keys = {key for line in scalars(tmp_path) for key in line if 'epoch_' in key}
    assert len(keys) == 6
    assert not [key for key in keys if 'loss' in key]


# What it drives


def test_dynamic_weights_follow_from_the_logged_means(tmp_path):
    runner = train(tmp_path, 'dwa')
    means = {
        line['epoch']: (line['seg/epoch_raw'], line['depth/epoch_raw'])
        for line in scalars(tmp_path)
        if 'seg/epoch_raw' in line
    }
    weights = {
        line['epoch']: (line['seg/weight'], line.get('depth/weight'))
        for line in scalars(tmp_path)
        if 'seg/weight' in line
    }
    for epoch in (1, 2):
        assert weights[epoch] == pytest.approx((1, 1))
    for epoch in (3, 4):
        rates = [a / b for a, b in zip(means[epoch - 1], means[epoch - 2], strict=True)]
        parts = [math.exp(rate / 2) for rate in rates]
        expected = [2 * part / sum(parts) for part in parts]
        assert weights[epoch] == pytest.approx(expected, abs=2e-4)
    assert runner.model.loss_weighting.epochs.tolist() == [4, 4]
    assert not runner.model.loss_weighting.driven  # the run is over


def test_what_an_interrupted_epoch_left_is_forgotten(tmp_path):
    means = []
    for name, left_over in (('clean', 0), ('again', 3)):
        runner = weighting_runner(tmp_path / name, 'dwa', train_cfg__max_epochs=1)
        for _ in range(left_over):
            losses = dict(seg=torch.tensor(100.0), depth=torch.tensor(50.0))
            runner.model.loss_weighting(losses)
        runner.train()
        means.append(runner.model.loss_weighting.means[1].tolist())
    assert means[0] == means[1]


def test_learned_weights_make_a_step_after_each_of_the_network(tmp_path):
    options = dict(optim_wrapper__accumulative_counts=2, train_cfg__max_epochs=1)
    _, batches = observed(tmp_path, dict(type='LearnableWeighting', lr=0.5), **options)
    log_w = [state['p.loss_weighting.log_w'] for state in batches.states]
    assert torch.equal(log_w[0], log_w[1])
    assert not torch.equal(log_w[1], log_w[2])


def test_losses_are_computed_once_more_for_famo(tmp_path):
    runner, batches = observed(tmp_path, 'famo', train_cfg__max_epochs=1)
    assert runner.model.loss_weighting.steps == 2
    assert len(batches.seen) == 2  # the second look is not a training batch
    logits = [state['p.loss_weighting.logits'] for state in batches.states]
    assert not torch.equal(logits[0], logits[1])


@pytest.mark.parametrize('wrapper', ['OptimWrapper', 'AmpOptimWrapper'])
def test_the_second_look_has_the_precision_of_the_first(tmp_path, wrapper):
    # Where nothing is learned, the losses are the same to the last bit, and so are the weights.
    runner = train(
        tmp_path,
        dict(type='FAMOWeighting', weight_decay=0),
        optim_wrapper__type=wrapper,
        optim_wrapper__optimizer__lr=0,
        train_cfg__max_epochs=1,
    )
    assert runner.model.loss_weighting.steps == 2
    assert runner.model.loss_weighting.logits.tolist() == [0, 0]


def test_a_model_without_a_weighting_is_left_alone(tmp_path):
    hooks = [dict(type='LossWeightingHook')]
    toy_runner(tmp_path, custom_hooks=hooks, train_cfg__max_epochs=1).train()
    assert (tmp_path / 'epoch_1.pth').is_file()


def test_the_optimizer_is_let_go(tmp_path):
    runner = train(tmp_path, 'equal', train_cfg__max_epochs=1)
    assert not runner.optim_wrapper.optimizer._optimizer_step_pre_hooks
    assert not runner.model.loss_weighting._forward_hooks


# What is not finite


def test_a_skipped_step_changes_nothing(tmp_path):
    dataset = dict(_delete_=True, type='TwoTaskDataset', length=6, broken=3)
    runner, batches = observed(
        tmp_path,
        'dwa',
        model__train_cfg=dict(non_finite_loss='skip'),
        train_dataloader__dataset=dataset,
        train_dataloader__batch_size=2,
        train_dataloader__sampler__shuffle=False,
        optim_wrapper__optimizer=dict(_delete_=True, type='AdamW', lr=0.01, weight_decay=0.1),
        **FEW_EPOCHS,
    )
    moved = [not same(a, b) for a, b in zip(batches.states, batches.states[1:], strict=False)]
    assert moved == [True, False, True] * 2
    assert runner.model.finite_losses.skipped_steps == 2
    assert runner.model.loss_weighting.means.isfinite().all()


# What it refuses


@pytest.mark.parametrize('name', ['dwa', 'learnable'])
def test_iterations_without_an_interval(tmp_path, name):
    with pytest.raises(ValueError, match=r'looks at epochs.*LossWeightingHook.interval.*None'):
        train(tmp_path, name, train_cfg=dict(NO_LOOP), log_processor=dict(by_epoch=False))


def test_methods_without_epochs_need_no_interval(tmp_path):
    train(tmp_path, 'famo', train_cfg=dict(NO_LOOP), log_processor=dict(by_epoch=False))
    assert not any('seg/epoch_raw' in line for line in scalars(tmp_path))


def test_an_interval_makes_epochs(tmp_path):
    options = dict(train_cfg=dict(NO_LOOP), log_processor=dict(by_epoch=False))
    runner = train(tmp_path, 'dwa', custom_hooks__2__interval=2, **options)
    assert runner.model.loss_weighting.epochs.tolist() == [3, 3]
    logged = [line for line in scalars(tmp_path) if 'seg/epoch_raw' in line]
    assert [line['iter'] for line in logged] == [2, 4, 6]
    assert not any('epoch' in line for line in logged)


@pytest.mark.parametrize('name', ['dwa', 'learnable', 'famo'])
def test_forgetting_the_hook(tmp_path, name):
    with pytest.raises(ValueError, match=r"dict\(type='LossWeightingHook'\) among the config's"):
        train(tmp_path, name, custom_hooks=[])


def test_methods_that_need_no_hook_train_without(tmp_path):
    train(tmp_path, 'uncertainty', custom_hooks=[], train_cfg__max_epochs=1)


def test_a_head_without_labels_in_the_training_data(tmp_path):
    # TaskCheckHook, which these runs lack, says so before the first epoch
    dataset = dict(_delete_=True, type='RepeatDataset', times=2)
    dataset['dataset'] = dict(type='TwoTaskDataset', tasks=['seg'])
    with pytest.raises(ValueError, match=r"first epoch.*not a single image.*\['depth'\]"):
        train(tmp_path, 'equal', train_dataloader__dataset=dataset)


def test_labels_without_a_valid_pixel(tmp_path):
    dataset = dict(_delete_=True, type='TwoTaskDataset', empty=['depth'])
    with pytest.raises(ValueError, match=r"first epoch.*not a single image.*\['depth'\]"):
        train(tmp_path, 'equal', train_dataloader__dataset=dataset)


def test_a_wrong_interval_is_named():
    with pytest.raises(ValueError, match='interval: .* >= 1, found 0'):
        LossWeightingHook(interval=0)
