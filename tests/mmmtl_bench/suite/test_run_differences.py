"""In what two runs differ."""

from mmmtl_bench.suite.run_differences import spec_differences
from tests.utils.fake_runs import spec_of


def test_every_value_that_differs_is_named():
    first = spec_of('a.py', **{'x.y': (1, 2), 'z': 3})
    assert spec_differences(first, spec_of('a.py', **{'x.y': [1, 2], 'z': 3})) == []
    assert spec_differences(first, spec_of('a.py', 'Dense', seed=1, **{'x.y': 4})) == [
        "architecture is 'MTAN' and 'Dense'",
        'seed is 0 and 1',
        'x.y is [1, 2] and 4',
        "z is 3 and 'not set'",
    ]
