from contextlib import nullcontext

import pytest
import torch
from torch import nn

from mmmtl.engine.losses_after_step import LossesAfterStep
from mmmtl.models.loss_weighting import TaskLosses
from tests.utils.toy.weighting_runs import weighting_runner


def test_the_second_look_leaves_no_trace(tmp_path):
    norms = {
        f'model__{part}__norm_cfg': dict(_delete_=True, type='BN') for part in ('backbone', 'neck')
    }
    runner = weighting_runner(tmp_path, 'famo', **norms)
    model = runner.model.train()
    again = LossesAfterStep(model)
    seen = []
    model.loss_weighting.register_forward_hook(lambda module, args, output: seen.append(args[0]))
    batch = next(iter(runner.build_dataloader(runner._train_dataloader)))
    data = model.data_preprocessor(batch, True)
    wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
    model(**data, mode='loss')
    buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
    assert any('running_mean' in name for name in buffers)

    same_losses = again.compute(wrapper)
    assert isinstance(same_losses, TaskLosses)
    for task, loss in seen[0].joined.items():  # nothing was learned in between
        assert same_losses.joined[task].item() == pytest.approx(loss.item(), rel=1e-6)
    for name, buffer in model.named_buffers():
        assert torch.equal(buffer, buffers[name]), name
    assert model.loss_weighting.training
    assert again.compute(wrapper) is None  # each batch is looked at once

    model(**data, mode='loss')
    for parameter in model.decode_head.parameters():
        parameter.data *= 2
    changed = again.compute(wrapper)
    assert changed.joined['depth'].item() != pytest.approx(seen[0].joined['depth'].item(), rel=1e-3)


class Weighting(nn.Module):
    def forward(self, losses):
        return losses


class Model(nn.Module):
    """Gives its weighting the mean of what it is given."""

    def __init__(self):
        super().__init__()
        self.loss_weighting = Weighting()
        self.fails = False

    def forward(self, values, mode):
        if self.fails:
            raise RuntimeError('broken')
        return self.loss_weighting((mode, values.mean().item(), torch.is_grad_enabled()))


class Wrapper:
    """Stands for an optimizer wrapper whose precision is that of the numbers."""

    def optim_context(self, model):
        return nullcontext()


def test_only_batches_of_the_training_are_kept():
    model = Model()
    again = LossesAfterStep(model)
    assert again.compute(Wrapper()) is None
    model(torch.ones(2), mode='loss')
    model.eval()
    model(torch.zeros(2), mode='loss')
    model.train()
    assert again.compute(Wrapper()) == ('loss', 1, False)  # without gradients
    assert again.compute(Wrapper()) is None


def test_the_weighting_is_in_evaluation_for_the_second_look_alone():
    model = Model()
    again = LossesAfterStep(model)
    seen = []
    model.loss_weighting.register_forward_hook(lambda module, *_: seen.append(module.training))
    model(torch.ones(2), mode='loss')
    again.compute(Wrapper())
    assert seen == [True, False]
    assert model.loss_weighting.training


def test_the_weighting_trains_again_even_after_an_error():
    model = Model()
    again = LossesAfterStep(model)
    model(torch.ones(2), mode='loss')
    model.fails = True
    with pytest.raises(RuntimeError, match='broken'):
        again.compute(Wrapper())
    assert model.loss_weighting.training


def test_a_model_that_was_let_go_is_not_watched():
    model = Model()
    again = LossesAfterStep(model)
    again.remove()
    model(torch.ones(2), mode='loss')
    assert again.compute(Wrapper()) is None
    assert not model._forward_pre_hooks
    assert not model.loss_weighting._forward_pre_hooks
