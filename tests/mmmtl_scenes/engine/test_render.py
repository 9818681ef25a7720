from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose, Optics
from mmmtl_scenes.engine.materials import plain
from mmmtl_scenes.engine.render import Rendering, Scene, Sensor, mirror, render
from mmmtl_scenes.engine.shadows import SUN, Blob, Blobs
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import Frame
from tests.utils.scenes import sunlight

CLEAN = Sensor(noise=0.0, vignette=0.0, blur=0.0)


@pytest.fixture(scope='module')
def scene() -> Scene:
    """A red box at the right before the sky, on the ground."""
    builder = SolidBuilder()
    builder.ground(plain, 7, (0.5, 0.5, 0.5))
    builder.box(Frame(2, 12), plain, 26, (2, 3, 2), color=(0.9, 0.1, 0.1))
    return Scene(
        solids=builder.build(),
        lighting=sunlight(),
        blobs=Blobs.of([Blob(Frame(2, 12), (4.0, 4.0), 0.7, SUN)]),
        pose=CameraPose(height=1.5),
        background=23,
        sensor=CLEAN,
        optics=Optics(64, 60.0),
    )


@pytest.fixture(scope='module')
def picture(scene: Scene) -> Rendering:
    return render(scene, (48, 64))


def test_maps_belong_to_the_rays_through_the_pixels(picture: Rendering) -> None:
    assert picture.image.shape == picture.normal.shape == (48, 64, 3)
    assert picture.label_ids.dtype == picture.image.dtype == np.uint8
    assert set(np.unique(picture.label_ids)) == {7, 23, 26}
    box = picture.label_ids == 26
    # Its back is at z = 11, x from 1 to 3: 5.5 to 16.4 pixels to the right of column 31.5.
    columns = np.flatnonzero(box[22])
    assert (columns[0], columns[-1]) == (37, 47)
    np.testing.assert_allclose(picture.depth[22, 38:48], 11, rtol=1e-5)
    np.testing.assert_allclose(picture.normal[22, 40], [0, 0, -1], atol=1e-6)
    ground = picture.label_ids == 7
    rows = np.nonzero(ground)[0]
    np.testing.assert_allclose(picture.depth[ground], 1.5 * 60 / (rows - 23.5), rtol=1e-4)


def test_the_sky_has_neither_depth_nor_normal_nor_disparity(picture: Rendering) -> None:
    sky = picture.label_ids == 23
    assert sky.any()
    assert not picture.depth[sky].any()
    assert not picture.normal[sky].any()
    assert not picture.disparity[sky].any()
    np.testing.assert_allclose(
        picture.disparity[~sky], 0.209313 * 2262.52 / picture.depth[~sky], rtol=1e-6
    )


def test_a_red_box_looks_red_and_darkens_the_ground_around_it(picture: Rendering) -> None:
    red, green, _ = picture.image[22, 40].astype(int)
    assert red > green + 60
    # Before the box's foot, and as far away on the other side.
    assert picture.label_ids[34, 44] == picture.label_ids[34, 19] == 7
    assert picture.image[34, 44].mean() < 0.8 * picture.image[34, 19].mean()


def test_exposure_aims_at_the_brightness(scene: Scene) -> None:
    for brightness in (0.3, 0.5):
        image = render(replace(scene, sensor=replace(CLEAN, brightness=brightness)), (48, 64)).image
        # The shoulder of the highlights takes a little.
        assert image.mean() / 255 == pytest.approx(brightness, abs=0.03)


def test_noise_is_drawn_from_the_sensors_seed(scene: Scene) -> None:
    noisy = [
        render(replace(scene, sensor=replace(CLEAN, noise=3.0, seed=seed)), (48, 64))
        for seed in (1, 1, 2)
    ]
    assert noisy[0].image.tobytes() == noisy[1].image.tobytes() != noisy[2].image.tobytes()
    assert noisy[0].depth.tobytes() == noisy[2].depth.tobytes()


def test_a_vignette_darkens_the_corners(scene: Scene, picture: Rendering) -> None:
    dark = render(replace(scene, sensor=replace(CLEAN, vignette=0.4)), (48, 64)).image
    assert dark[0, 0].mean() < 0.75 * picture.image[0, 0].mean()
    np.testing.assert_allclose(dark[24, 31], picture.image[24, 31], atol=2)


def test_a_mirrored_scene_is_the_flipped_one(scene: Scene, picture: Rendering) -> None:
    flipped = render(mirror(scene), (48, 64))
    np.testing.assert_array_equal(flipped.label_ids, picture.label_ids[:, ::-1])
    np.testing.assert_array_equal(flipped.depth, picture.depth[:, ::-1])
    np.testing.assert_allclose(
        flipped.normal, picture.normal[:, ::-1] * np.float32([-1, 1, 1]), atol=1e-6
    )
    assert np.abs(flipped.image.astype(int) - picture.image[:, ::-1]).max() <= 1


def test_supersampling_refines_colours_alone(scene: Scene, picture: Rendering) -> None:
    fine = render(scene, (48, 64), supersample=2)
    np.testing.assert_array_equal(fine.label_ids, picture.label_ids)
    np.testing.assert_array_equal(fine.normal, picture.normal)
    assert 0 < np.abs(fine.image.astype(int) - picture.image).mean() < 8


@pytest.mark.parametrize('supersample', [0, -1, 1.5])
def test_bad_supersampling_is_refused(scene: Scene, supersample: int) -> None:
    message = f'supersample must be an integer of at least 1, found {supersample}'
    with pytest.raises(ValueError, match=message):
        render(scene, (48, 64), supersample)


def test_label_ids_have_the_type_that_the_scene_asks_for(scene: Scene) -> None:
    wide = render(replace(scene, label_type=np.uint16, background=894), (16, 32))
    assert wide.label_ids.dtype == np.uint16
    assert wide.label_ids.max() == 894
