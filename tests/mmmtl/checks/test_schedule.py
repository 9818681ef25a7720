import pytest

from mmmtl.checks.problems import Problems
from mmmtl.checks.schedule import check_schedule
from mmmtl.compat.scope import registry_scope

EPOCHS = dict(type='EpochBasedTrainLoop', max_epochs=4)
ITERATIONS = dict(type='IterBasedTrainLoop', max_iters=40)


@pytest.mark.parametrize(
    ('loop', 'settings', 'expected'),
    [
        (EPOCHS, dict(total_steps=4), None),
        (EPOCHS, dict(total_steps=4, convert_to_iter_based=True), None),
        (EPOCHS, dict(total_steps=5, convert_to_iter_based=True), 4),
        (EPOCHS, dict(total_steps=4, begin=1), 3),
        (EPOCHS, dict(total_steps=2, begin=1, end=3), None),
        (EPOCHS, dict(total_steps=1000, by_epoch=False), None),  # the length of an epoch is open
        (ITERATIONS, dict(total_steps=4, by_epoch=False), 40),
        (ITERATIONS, dict(total_steps=40, by_epoch=False), None),
    ],
)
def test_a_cycle_is_as_long_as_the_training(loop, settings, expected):
    problems = Problems()
    cfg = dict(
        train_cfg=loop,
        optim_wrapper=dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.1)),
        param_scheduler=[dict(type='OneCycleLR', eta_max=0.1, **settings)],
    )
    with registry_scope():
        check_schedule(cfg, set(), problems)
    lines = problems.lines()
    assert [f'total_steps: expected {expected}, ' in line for line in lines] == (
        [] if expected is None else [True]
    )
