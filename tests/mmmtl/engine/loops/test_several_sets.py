from types import SimpleNamespace

import pytest
from mmengine.evaluator import Evaluator

from mmmtl.engine.loops.several_sets import build_evaluator, build_loaders, evaluators_by_set
from tests.utils.errors import error_of

ONE = dict(type='A')


@pytest.mark.parametrize('given', [ONE, [ONE], dict(metrics=[ONE])])
def test_one_evaluator_is_made_for_each(given):
    found = evaluators_by_set(given, ['a', 'b'], 'val_evaluator')
    assert found == dict(a=given, b=given)
    assert found['a'] is not found['b']


def test_evaluators_by_name_are_those_of_the_sets_in_their_order():
    found = evaluators_by_set(dict(b=[ONE], a=ONE), ['a', 'b'], 'val_evaluator')
    assert list(found.items()) == [('a', ONE), ('b', [ONE])]


@pytest.mark.parametrize(
    ('given', 'end'),
    [
        (dict(a=ONE), "found none for ['b']."),
        (dict(a=ONE, b=ONE, bb=ONE), "found ['bb']; did you mean 'b'?"),
    ],
)
def test_each_set_has_one_and_each_one_a_set(given, end):
    message = error_of(evaluators_by_set, given, ['a', 'b'], 'val_evaluator')
    assert message == (
        "val_evaluator: expected an evaluator for each of the data sets ['a', 'b'], " + end
    )


@pytest.mark.parametrize(
    ('given', 'end'),
    [
        (dict(dataset=ONE), 'found a single one.'),
        ([dict(dataset=ONE)], "found [{'dataset': {'type': 'A'}}]."),
        ({}, 'expected at least one data set, found none.'),
        ({'a/b': dict(dataset=ONE)}, "found 'a/b'."),
    ],
)
def test_loaders_are_by_name(given, end):
    runner = SimpleNamespace(_randomness_cfg={}, seed=0)
    message = error_of(build_loaders, runner, given, 'val_dataloader')
    assert message.startswith('val_dataloader: expected ')
    assert message.endswith(end)


def test_what_is_built_already_is_taken():
    evaluator = Evaluator([])
    loader = SimpleNamespace(dataset=SimpleNamespace(metainfo=dict(classes=('a',))))
    loaders = SimpleNamespace(loaders=dict(a=loader))
    found = build_evaluator(None, dict(a=evaluator), loaders, True, 'val_evaluator')
    assert found.evaluators == dict(a=evaluator)
    assert evaluator.dataset_meta == dict(classes=('a',))
