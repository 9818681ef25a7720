from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose, PinholeCamera
from mmmtl_scenes.engine.ray_casting import cast_rays
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.surface import visible_surface
from mmmtl_scenes.streets.road_materials import Carriageway, Crossing, Line


def paint(road: Carriageway, z: float = 20.0, x: float = 0.0) -> np.ndarray:
    """Looks straight down on 10 x 10 m of a black road, 5 cm a pixel: z up, x to the right."""
    builder = SolidBuilder()
    builder.ground(road, 7, (0.0, 0.0, 0.0))
    pose = CameraPose(x, 20.0, z, pitch=np.pi / 2)
    camera = PinholeCamera(200, 200, 400.0, pose)
    solids = builder.build().seen_from(pose)
    surface = visible_surface(solids, camera, cast_rays(solids, camera))
    looks = road(surface)
    assert ((looks.albedo >= 0) & (looks.albedo <= 1)).all()
    return looks.albedo[:, np.argsort(surface.pixel)].reshape(3, 200, 200)


def test_a_road_without_paint_has_the_colour_of_its_ground() -> None:
    assert paint(Carriageway(0.0)).max() == 0


def test_a_line_is_where_it_is_said_to_be() -> None:
    white = paint(Carriageway(0.0, (Line(2.0, 0.2),)))[0] > 0.2
    columns = np.flatnonzero(white.all(axis=0))
    # 2 m to the right of the middle are pixels 138 to 141.
    assert columns.tolist() == [138, 139, 140, 141]


def test_dashes_take_their_share_of_the_period() -> None:
    white = paint(Carriageway(0.0, (Line(0.0, 0.2, period=2.0, share=0.25),)))[0, :, 100] > 0.2
    assert (np.diff(white.astype(int)) == 1).sum() == 5
    assert white.mean() == pytest.approx(0.25, abs=0.03)


def test_yellow_lines_are_yellow() -> None:
    red, _, blue = paint(Carriageway(0.0, (Line(0.0, 0.2, yellow=True),)))[:, 100, 100]
    assert red > 5 * blue


def test_lines_stop_at_junctions_and_crossings_do_not() -> None:
    road = Carriageway(
        0.0, (Line(0.0, 0.2),), (Crossing(21.0, 22.0, 1.0, 3.0, period=0.0),), gaps=((18.0, 23.0),)
    )
    white = paint(road)[0] > 0.2
    assert white[:38, 100].all()
    assert not white[42:138, 100].any()
    assert white[142:, 100].all()
    # Its z from 21 to 22 are rows 60 to 80, its x from 1 to 3 columns 120 to 160.
    rows, columns = np.nonzero(white[42:138])
    assert (rows.min() + 42, rows.max() + 42) == (60, 79)
    assert (columns.min(), columns.max()) == (120, 159)


def test_a_crossing_has_stripes() -> None:
    road = Carriageway(0.0, crossings=(Crossing(18.0, 22.0, -4.0, 4.0, period=1.0),))
    row = paint(road)[0, 100] > 0.2
    assert (np.diff(row.astype(int)) == 1).sum() == 8
    assert row[20:180].mean() == pytest.approx(0.5, abs=0.05)


def test_paint_follows_the_curve() -> None:
    road = Carriageway(0.01, (Line(0.0, 0.4),))
    # At z = 20 the middle is at x = 2, at 24 at 2.88 m.
    white = paint(road, x=2.0)[0] > 0.2
    assert np.flatnonzero(white[100]).mean() == pytest.approx(99.5, abs=1)
    assert np.flatnonzero(white[20]).mean() == pytest.approx(99.5 + 0.88 * 20, abs=1.5)


def test_rails_run_along_the_street() -> None:
    steel = paint(Carriageway(0.0, rails=(-0.7, 0.7)))[0].min(axis=0) > 0.05
    assert np.rint(np.flatnonzero(steel).reshape(2, -1).mean(axis=1)).tolist() == [86, 114]
