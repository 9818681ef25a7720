import math

import pytest
import torch

from mmmtl.evaluation.functional.finite import check_finite


def test_values_that_are_not_finite_are_counted():
    values = torch.tensor([[1.0, math.nan], [math.inf, -math.inf]])
    message = r'^The label has 3 values that are NaN or infinite; 0 was expected\.$'
    with pytest.raises(ValueError, match=message):
        check_finite(values, 'label', '0 was expected')


@pytest.mark.parametrize('values', [torch.empty(0), torch.tensor([1e38, -1e38]), torch.ones(2, 2)])
def test_finite_values_pass(values):
    assert check_finite(values, 'label', '') is None
