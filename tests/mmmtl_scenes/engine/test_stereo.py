from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.stereo import (
    FARTHEST,
    MAX_CODE,
    MAX_DISPARITY,
    SKY_SHARE,
    blotches,
    decode_disparity,
    disparity_from_depth,
    encode_disparity,
    infinitely_far,
    stereo_dropouts,
    unseen_from_the_right,
)


def test_disparity_of_the_reference_camera() -> None:
    depth = np.array([0.0, 2.0, 4.0, 10.0, 100.0], dtype=np.float32)
    metre_pixels = 0.209313 * 2262.52
    expected = [0, 0, metre_pixels / 4, metre_pixels / 10, metre_pixels / 100]
    np.testing.assert_allclose(disparity_from_depth(depth), expected, rtol=1e-6)


def test_codes_are_those_of_cityscapes() -> None:
    code = encode_disparity(np.array([0.0, 1 / 256, 1.0, 126.0]))
    assert code.dtype == np.uint16
    assert code.tolist() == [0, 2, 257, 32257]


def test_infinitely_far_is_one_whatever_the_disparity_says() -> None:
    disparity = np.array([0.0, 0.0, 2.5, 2.5])
    code = encode_disparity(disparity, np.array([False, True, False, True]))
    assert code.dtype == np.uint16
    assert code.tolist() == [0, 1, 641, 1]
    np.testing.assert_allclose(decode_disparity(code), [0, 0, 2.5, 0])


def test_round_trip_is_exact_to_half_a_step() -> None:
    disparity = np.random.default_rng(0).uniform(0.01, MAX_DISPARITY, (50, 50))
    np.testing.assert_allclose(
        decode_disparity(encode_disparity(disparity)), disparity, atol=0.5 / 256 + 1e-5
    )
    code = np.arange(0, MAX_CODE + 1, dtype=np.uint16)
    code[1] = 0  # a disparity of exactly 0 is written as invalid
    np.testing.assert_array_equal(encode_disparity(decode_disparity(code)), code)


@pytest.mark.parametrize('value', [-1.0, 126.1, np.nan, np.inf])
def test_what_the_format_cannot_say_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match='disparity must be within'):
        encode_disparity(np.array([1.0, value]))


def test_band_beside_a_near_object_is_lost() -> None:
    # In pixels of a 256-wide image: the background moves by 1, the object by 9.
    disparity = np.full((20, 256), 8.0, dtype=np.float32)
    disparity[5:15, 100:140] = 72.0
    lost = stereo_dropouts(disparity, 1e-6, seed=0)
    assert lost[10, 93:100].all()
    assert not lost[10, 20:92].any()
    assert not lost[10, 100:200].any()
    assert not lost[2, 20:200].any()
    assert lost[:, 0].all()  # outside the right image


def test_share_of_blotches() -> None:
    disparity = np.full((128, 256), 8.0, dtype=np.float32)
    assert not stereo_dropouts(disparity, 0, seed=0).any()
    assert stereo_dropouts(disparity, 0.1, seed=0).mean() == pytest.approx(0.1, abs=0.01)
    first, second = (stereo_dropouts(disparity, 0.1, seed=seed) for seed in (1, 2))
    assert (first != second).any()


def test_patches_of_the_sky_and_what_is_farther_than_150_metres_are_infinitely_far() -> None:
    depth = np.zeros((128, 256), dtype=np.float32)
    depth[64:96], depth[96:] = FARTHEST, np.nextafter(np.float32(FARTHEST), np.float32(200))
    found = infinitely_far(depth, seed=3)
    assert 0 < found[:64].mean() < 2 * SKY_SHARE
    assert not found[64:96].any()
    assert found[96:].all()
    np.testing.assert_array_equal(infinitely_far(depth, seed=3), found)
    assert (infinitely_far(depth, seed=4) != found).any()


def test_bad_share_is_refused() -> None:
    with pytest.raises(ValueError, match='share must be .* found 1'):
        stereo_dropouts(np.ones((4, 4)), 1.0, seed=0)


def test_what_lies_behind_something_nearer_is_not_reached_from_the_right() -> None:
    # Columns 0 and 1 leave the image; 4 to 7 move to 2 to 5, and the object from 8 to 13 to 1.5 to
    # 6.5.
    shift = np.full((1, 16), 2.0, dtype=np.float32)
    shift[0, 8:14] = 6.5
    lost = unseen_from_the_right(shift)
    assert np.flatnonzero(lost[0]).tolist() == [0, 1, 4, 5, 6, 7]


def test_blotches_cover_their_share_in_patches() -> None:
    mask = blotches((96, 128), 0.2, np.random.default_rng(0))
    assert mask.mean() == pytest.approx(0.2, abs=0.002)
    # In patches: most neighbours agree, unlike those of single random pixels (0.32 differ).
    assert (mask[:, 1:] != mask[:, :-1]).mean() < 0.22
