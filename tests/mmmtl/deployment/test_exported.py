"""What every network from a file promises, whatever its format."""

import numpy as np
import pytest

from mmmtl.deployment import DynamicAxes, OnnxFormat, ProgramFormat, trace_network
from tests.utils.steps import Steps


@pytest.mark.parametrize('make', [OnnxFormat, ProgramFormat])
def test_the_answers_of_comparisons_come_with_the_maps(make):
    file_format = make()
    program = trace_network(Steps(), (4, 6), DynamicAxes.NONE)
    exported = file_format.load(file_format.write(program, ['step'], {}))
    image = np.zeros((1, 4, 6, 3), np.uint8)
    image[0, 1, 2] = (101, 51, 0)
    image[0, 3, 4] = (100, 0, 0)
    maps, (answer,) = exported.run_with_answers(image)
    expected = np.zeros((1, 1, 4, 6), np.float32)
    expected[0, 0, 1, 2] = 5.2
    np.testing.assert_allclose(maps['step'], expected, rtol=1e-6)
    assert answer.dtype == bool
    assert np.argwhere(answer).tolist() == [[0, 1, 2]]
    assert np.array_equal(exported.run(image)['step'], maps['step'])
