import pytest

from mmmtl.checks.hooks import build_hooks, check_weighting_hook
from mmmtl.checks.problems import Problems
from mmmtl.compat.scope import registry_scope
from mmmtl.engine.hooks import LossWeightingHook
from mmmtl.models.loss_weighting import DynamicWeightAverage, EqualWeighting

EPOCHS = dict(type='EpochBasedTrainLoop', max_epochs=3)
ITERATIONS = dict(type='IterBasedTrainLoop', max_iters=3)
NO_HOOK = "custom_hooks: expected dict(type='LossWeightingHook'), which DynamicWeightAverage needs."
NO_INTERVAL = (
    'custom_hooks: DynamicWeightAverage looks at epochs, which IterBasedTrainLoop does not have: '
    'expected LossWeightingHook.interval, the number of iterations that count as one, found None.'
)


def test_hooks_are_built_where_no_runner_is_needed():
    problems = Problems()
    cfg = dict(
        default_hooks=dict(
            checkpoint=dict(type='CheckpointHook', save_best='depth/abs_err', priority='LOW'),
            visualization=dict(type='SegVisualizationHook'),
            timer=None,
        ),
        custom_hooks=[dict(type='LossWeightingHook'), dict(type='Unknown')],
    )
    with registry_scope():
        hooks = build_hooks(cfg, {'custom_hooks.1'}, problems)
    assert problems.lines() == []
    assert hooks[0].rules == ['less']
    assert isinstance(hooks[-1], LossWeightingHook)


@pytest.mark.parametrize(
    ('weighting', 'hooks', 'loop', 'lines'),
    [
        (EqualWeighting, [], None, []),
        (DynamicWeightAverage, [], None, [NO_HOOK]),
        (DynamicWeightAverage, [LossWeightingHook()], None, []),
        (DynamicWeightAverage, [LossWeightingHook()], EPOCHS, []),
        (DynamicWeightAverage, [LossWeightingHook()], ITERATIONS, [NO_INTERVAL]),
        (DynamicWeightAverage, [LossWeightingHook()], dict(by_epoch=False), [NO_INTERVAL]),
        (DynamicWeightAverage, [LossWeightingHook(interval=3)], ITERATIONS, []),
    ],
)
def test_a_weighting_gets_the_hook_that_it_needs(weighting, hooks, loop, lines):
    problems = Problems()
    with registry_scope():
        check_weighting_hook(weighting(['a', 'b']), hooks, loop, problems)
    assert problems.lines() == lines
