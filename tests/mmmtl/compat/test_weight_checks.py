import pytest
import torch

from mmmtl.compat.weight_checks import find_bad_weights

NAN = float('nan')


@pytest.mark.parametrize(
    ('weights', 'problem'),
    [
        ({'a': torch.tensor([1.0, NAN])}, 'expected numbers as weights, found NaN in a'),
        ({'a': torch.tensor(NAN).expand(2**50)}, 'expected numbers as weights, found NaN in a'),
        (
            {'a': torch.tensor([NAN]).to(torch.float8_e4m3fn)},
            'expected numbers as weights, found NaN in a',
        ),
        ({'a': torch.tensor(complex(0, NAN))}, 'expected numbers as weights, found NaN in a'),
        (
            {str(i): torch.tensor(NAN).half() for i in range(5)},
            'expected numbers as weights, found NaN in 0, 1, 2 and 2 more',
        ),
        (
            {'a': torch.eye(2).to_sparse()},
            'expected dense tensors as weights, found sparse ones in a',
        ),
        ({'a': torch.ones(2), 'b': torch.tensor([float('inf'), -float('inf')]), 'c': NAN}, None),
        ({'a': torch.zeros(1).expand(2**50), 'b': torch.empty(1, device='meta')}, None),
        (
            {'a': torch.ones(4)[1:3], 'b': torch.zeros(0), 'c': torch.ones(2, dtype=torch.bool)},
            None,
        ),
    ],
)
def test_weights(weights, problem):
    assert find_bad_weights(weights) == problem
    assert find_bad_weights({'state_dict': weights, 'x': torch.tensor(NAN)}) == problem


@pytest.mark.parametrize(
    'attributes',
    [
        dict(_metadata=5),
        dict(_metadata={'': 5}),
        dict(_metadata={'': dict(version='2')}),
        dict(_metadata={5: dict(version=2)}),
        dict(items=5),
    ],
)
def test_versions_that_torch_cannot_compare(attributes):
    weights = torch.nn.BatchNorm1d(2).state_dict()
    assert find_bad_weights(weights) is None
    vars(weights).update(attributes)
    for content in (weights, dict(state_dict=weights)):
        assert 'expected a number as the version of each module' in find_bad_weights(content)


def test_a_part_of_a_tensor_is_judged_by_itself():
    assert find_bad_weights({'a': torch.tensor([NAN, 1.0])[1:]}) is None


def test_no_weights():
    assert find_bad_weights({'state_dict': [torch.tensor(NAN)]}) is None
