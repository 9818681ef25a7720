from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.streets.vehicle_materials import bodywork, cabin, spokes, tyre
from tests.utils.scenes import check_looks, sample_of

CAR = (1.3, 1.4, 0.32, 1.0, 0.0, 0.0, 0.0)
BUS = (3.0, 3.0, 0.48, 1.0, 0.85, 2.2, 1.5)
BODY = (1.8, 0.7, 4.4)
PAINT = (0.9, 0.2, 0.1)
SAMPLES = {
    'car': (bodywork, CAR, BODY),
    'bus': (bodywork, BUS, (2.5, 2.75, 11.0)),
    'cabin': (cabin, (0.17, 0.9, 0.7), (1.6, 0.5, 2.6)),
    'tyre': (tyre, (), (1.8, 0.64, 0.64)),
    'spokes': (spokes, (), (0.05, 0.68, 0.68)),
}


@pytest.mark.parametrize('name', SAMPLES)
@pytest.mark.parametrize('face', ['back', 'front', 'left', 'top'])
def test_looks_are_shares_of_light(name: str, face: str) -> None:
    material, params, size = SAMPLES[name]
    check_looks(sample_of(material, PAINT, params=params, size=size, face=face))


@pytest.mark.parametrize('braking', [0.0, 1.0])
def test_only_rear_lights_of_a_braking_car_glow(braking: float) -> None:
    params = (*CAR[:3], braking, *CAR[4:])
    rear, front = (
        sample_of(bodywork, PAINT, params=params, size=BODY, face=face).glow
        for face in ('back', 'front')
    )
    assert front.max() == 0
    assert (rear.max() > 0.3) == (braking > 0)
    lit = (rear[0] > 0).any(axis=0)
    np.testing.assert_array_equal(lit, lit[::-1])  # on either side


def test_wheel_houses_are_where_the_axles_are() -> None:
    side = sample_of(bodywork, PAINT, params=CAR, size=BODY, face='left').albedo[0]
    # The camera looks along x: z runs to the left, from 2.2 in front to -2.2.
    z = (48 - np.arange(96) - 0.5) / 48 * 2.2
    dark = side[70:85].max(axis=0) < 0.05
    near = np.minimum(np.abs(z - 1.3), np.abs(z + 1.4))
    assert dark[near < 0.25].all()
    assert not dark[near > 0.6].any()


def test_a_bus_has_windows_and_a_car_body_none() -> None:
    for name, share in (('bus', 0.3), ('car', 0.0)):
        material, params, size = SAMPLES[name]
        sample = sample_of(material, PAINT, params=params, size=size, face='left', far=20.0)
        gloss = sample.image(np.broadcast_to(sample.looks.gloss, len(sample.surface)))
        assert (gloss > 0.35).mean() >= share
        assert (gloss > 0.35).any() == (share > 0)


def test_a_cabin_is_glass_between_painted_pillars_below_a_painted_roof() -> None:
    material, params, size = SAMPLES['cabin']
    side = sample_of(material, PAINT, params=params, size=size, face='left').albedo[0]
    painted = side > 0.5
    assert painted[:10].mean() > 0.9
    assert painted[50].any()
    assert (~painted[50]).mean() > 0.4
    assert (sample_of(material, PAINT, params=params, size=size, face='top').albedo[0] > 0.7).all()


@pytest.mark.parametrize(('wheel', 'edge'), [(tyre, 0.62), (spokes, 0.86)])
def test_wheels_have_rubber_around_a_rim(wheel, edge: float) -> None:  # type: ignore[no-untyped-def]
    size = (0.1, 0.68, 0.68)
    side = sample_of(wheel, (0.9,) * 3, (0.9,) * 3, size=size, face='left').albedo[0]
    y, x = (np.indices((96, 96)) - 47.5) / 48
    radius = np.hypot(x, y)
    assert side[(radius > edge + 0.05) & (radius < 1)].max() < 0.05
    assert side[radius < edge - 0.1].mean() > 0.2
