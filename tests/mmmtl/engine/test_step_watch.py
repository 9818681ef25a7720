import pytest
import torch
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import nn

from mmmtl.engine.step_watch import StepWatch


class Run:
    """A network that learns to give 1, with batches that may be bad."""

    def __init__(self, accumulate=1, optimizers=1):
        torch.manual_seed(0)
        self.models = [nn.Linear(2, 1) for _ in range(optimizers)]
        wrappers = [
            OptimWrapper(
                torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.1),
                accumulative_counts=accumulate,
            )
            for model in self.models
        ]
        self.wrapper = wrappers[0]
        if optimizers > 1:
            self.wrapper = OptimWrapperDict(**{str(i): w for i, w in enumerate(wrappers)})
        self.wrappers = wrappers
        self.bad = False
        self.watch = StepWatch(self.wrapper, lambda: self.bad)

    def batch(self, bad=False):
        """Gives whether a step was made."""
        self.bad = bad
        for model, wrapper in zip(self.models, self.wrappers, strict=True):
            loss = (model(torch.ones(1, 2)) - 1).square().sum()
            # A bad batch still runs backward, as the segmentor has it: with gradients of zero.
            wrapper.update_params(loss * 0 if bad else loss)
        return self.watch.end_iteration()

    def state(self):
        values = [p.detach().clone() for model in self.models for p in model.parameters()]
        for wrapper in self.wrappers:
            for state in wrapper.optimizer.state.values():
                values += [value.clone() for value in state.values()]
        return values


def same(first, second):
    return len(first) == len(second) and all(map(torch.equal, first, second))


@pytest.mark.parametrize('optimizers', [1, 2])
def test_a_dropped_step_leaves_parameters_and_momentum_alone(optimizers):
    run = Run(optimizers=optimizers)
    before = run.state()
    assert run.batch()
    after = run.state()
    assert not same(before, after)
    assert not run.batch(bad=True)
    assert same(run.state(), after)
    assert run.batch()  # and on it goes, as if the bad batch had never been
    other = Run(optimizers=optimizers)
    other.batch()
    other.batch()
    assert same(run.state(), other.state())


def test_without_the_watch_momentum_and_decay_would_move():
    run = Run()
    run.batch()
    run.watch.remove()
    before = run.state()
    run.batch(bad=True)
    assert not same(run.state(), before)


def test_of_accumulated_batches_the_good_ones_are_learned_from():
    for bad in ((False, True), (True, False)):
        run = Run(accumulate=2)
        before = run.state()
        assert not run.batch(bad=bad[0])
        assert same(run.state(), before)
        assert run.batch(bad=bad[1])
        assert not same(run.state(), before)


def test_a_step_whose_batches_are_all_bad_is_dropped():
    run = Run(accumulate=2)
    run.batch()
    run.batch()
    before = run.state()
    assert not run.batch(bad=True)
    assert not run.batch(bad=True)
    assert same(run.state(), before)
    assert not run.batch()
    assert run.batch()
