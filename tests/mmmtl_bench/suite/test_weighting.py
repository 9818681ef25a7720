"""Loss weightings of a suite."""

import pytest

from tests.utils.suite_values import DWA, MTAN, values_of


def test_a_weighting_may_have_options_of_its_own(read):
    slower = {'param_scheduler.0.milestones': [25], 'train_cfg.max_epochs': 5}
    values = values_of(
        weightings={'equal': 'equal', 'slow': {'weighting': DWA, 'cfg_options': slower}},
        cfg_options={'train_cfg.max_epochs': 9},
    )
    equal, slow = read(values).specs()[-2:]
    assert slow.cfg_options['model.loss_weighting'] == {**DWA, '_delete_': True}
    assert slower.items() <= slow.cfg_options.items()
    assert equal.cfg_options['train_cfg.max_epochs'] == 9
    assert 'param_scheduler.0.milestones' not in equal.cfg_options


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        (
            values_of(weightings={'a': {'temperature': 2}}),
            r'weightings\.a: type is missing',
        ),
        (
            values_of(weightings={'a': {'weighting': 'equal', 'options': {}}}),
            r'weightings\.a: unknown key options; known are weighting, cfg_options',
        ),
        (values_of(weightings={'?': 'equal'}), r"weightings\.\?: The name '\?' must have a letter"),
        (values_of(weightings={'a': 3}), r'weightings\.a\S*: expected values by key, found 3'),
    ],
)
def test_mistakes_are_one_line_with_their_place(read, values, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(values)
    assert '\n' not in str(caught.value)


def test_a_weighting_that_is_wrong_is_named_before_those_who_use_it(read):
    values = values_of(weightings={'equal': {'temperature': 2}}, multi_task={'A': MTAN})
    with pytest.raises(ValueError, match=r'suite\.yaml\.weightings\.equal: type is missing'):
        read(values)


def test_a_missing_weighting_is_named(read):
    with pytest.raises(
        FileNotFoundError,
        match=r"weightings\.dwa: there is no loss weighting 'daw'; there are dwa, equal",
    ):
        read(values_of(weightings={'dwa': 'daw'}))
