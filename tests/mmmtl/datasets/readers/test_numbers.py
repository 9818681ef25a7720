import math

import numpy as np
import pytest

from mmmtl.datasets.readers.numbers import check_number


@pytest.mark.parametrize('value', [0, -1.5, math.nan, math.inf, np.float32(2)])
def test_numbers(value):
    check_number('scale', value)


@pytest.mark.parametrize('value', ['0.001', True, None, [1.0], 1j])
def test_what_is_no_number_is_named(value):
    with pytest.raises(ValueError, match='^scale: expected a number, found '):
        check_number('scale', value)
