from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.noise import (
    TILE,
    cells,
    coverage,
    hash_cells,
    leaf_tile,
    noise,
    noise_tile,
)


def test_noise_is_balanced_and_cannot_be_written_to() -> None:
    tile = noise_tile()
    assert tile.shape == (TILE, TILE)
    assert abs(float(tile.mean())) < 1e-3
    assert float(np.abs(tile).max()) <= 1
    assert tile.std() == pytest.approx(1 / 3, abs=0.01)
    with pytest.raises(ValueError, match='read-only'):
        tile[0, 0] = 1


@pytest.mark.parametrize(('tile', 'low'), [(noise_tile, -1), (leaf_tile, 0)])
def test_tiles_have_no_seam(tile, low: int) -> None:  # type: ignore[no-untyped-def]
    image = tile()
    for axis in (0, 1):
        inside = np.abs(np.diff(image, axis=axis)).max()
        seam = np.abs(image.take(-1, axis=axis) - image.take(0, axis=axis)).max()
        assert seam <= 1.2 * inside
    assert image.min() >= low
    assert image.max() <= 1


def test_noise_repeats_with_the_tile_and_scales() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.integers(-900, 900, (2, 500)).astype(np.float32)
    np.testing.assert_array_equal(
        noise(x, y), noise_tile()[y.astype(int) % 512, x.astype(int) % 512]
    )
    np.testing.assert_array_equal(noise(x, y), noise(x + TILE, y - 2 * TILE))
    np.testing.assert_array_equal(noise(x / 8, y / 8, 8), noise(x, y))


def test_cells_have_an_index_and_a_position() -> None:
    index, position = cells(np.array([-0.25, 0.0, 0.5, 1.75]))
    assert index.tolist() == [-1, 0, 0, 1]
    assert position.tolist() == [0.25, -0.5, 0.0, 0.25]


def test_hashes_are_evenly_spread_and_belong_to_the_integer_part() -> None:
    column, row = np.meshgrid(np.arange(100.0), np.arange(100.0))
    values = hash_cells(column, row)
    assert values.dtype == np.float32
    counts, _ = np.histogram(values, 10, (0, 1))
    assert (np.abs(counts - 1000) < 200).all()
    np.testing.assert_array_equal(values, hash_cells(column + 0.7, row + 0.3))
    assert (values != hash_cells(row, column)).mean() > 0.9
    assert abs(np.corrcoef(values[:, :-1].ravel(), values[:, 1:].ravel())[0, 1]) < 0.05


def test_coverage_is_the_share_of_the_pixel_that_a_stripe_covers() -> None:
    x = np.array([0.0, 0.9, 1.0, 1.1, 1.3, -1.0])
    pixel = np.full(6, 0.4)
    # A stripe from -1 to 1, pixels 0.4 wide.
    np.testing.assert_allclose(coverage(x, 1.0, pixel), [1, 0.75, 0.5, 0.25, 0, 0.5], atol=1e-6)
    # A stripe that is narrower than the pixel.
    np.testing.assert_allclose(coverage(np.zeros(1), 0.05, np.full(1, 0.4)), [0.25], atol=1e-6)
