import pytest

from mmmtl.tasks import DEPTH_UNITS, get_depth_unit


def test_units_of_what_falls_with_the_distance_have_another_exponent():
    assert {name: unit.zoom_exponent for name, unit in DEPTH_UNITS.items()} == dict(
        mtan=1, inverse_depth=1, disparity=1, depth=-1
    )
    assert get_depth_unit('depth').label == 'depth [m]'


def test_an_unknown_unit_is_named():
    with pytest.raises(ValueError, match=r"depth_unit 'metres'.*'mtan'.*'depth'"):
        get_depth_unit('metres')
