import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.visualization.sheets.pixels import (
    default_panel_width,
    fit_image,
    fit_map,
    over_image,
    picture_format,
    save_picture,
    text_size,
)


@pytest.mark.parametrize(
    ('width', 'expected'), [(512, 512), (513, 512), (2048, 512), (64, 512), (200, 600), (400, 400)]
)
def test_pixels_are_not_mixed_in_panels_near_512(width, expected):
    assert default_panel_width(width) == expected


@pytest.mark.parametrize(
    ('columns', 'expected'), [(1, 6), (4, 6), (5, 6.25), (6, 7.5), (8, 9), (20, 9)]
)
def test_text_is_larger_in_wide_sheets(columns, expected):
    assert text_size(100, columns) == pytest.approx(expected)


def test_a_small_image_keeps_its_colours_and_a_large_one_is_averaged():
    image = np.arange(4, dtype=np.uint8).reshape(2, 2, 1).repeat(3, axis=2) * 60
    enlarged = fit_image(image, (4, 6))
    assert np.array_equal(enlarged, image.repeat(2, axis=0).repeat(3, axis=1))
    assert fit_image(image, (1, 1)).tolist() == [[[90, 90, 90]]]
    assert fit_image(image, (2, 2)).tolist() == image.tolist()


def test_maps_are_never_mixed():
    values = torch.arange(24).reshape(2, 3, 4)
    doubled = fit_map(values, (6, 8))
    assert torch.equal(doubled, values.repeat_interleave(2, 1).repeat_interleave(2, 2))
    assert torch.equal(fit_map(doubled, (3, 4)), values)
    # the nearest of five to each of two pixels is its middle
    assert fit_map(torch.arange(5).reshape(1, 1, 5), (1, 2)).tolist() == [[[1, 3]]]
    assert set(fit_map(values, (5, 7)).flatten().tolist()) <= set(range(24))


def test_a_map_of_one_pixel_is_spread_without_a_copy():
    values = torch.tensor([1.0, 2.0]).view(2, 1, 1)
    spread = fit_map(values, (300, 400))
    assert spread.shape == (2, 300, 400)
    assert spread[1].unique().tolist() == [2]
    assert spread.data_ptr() == values.data_ptr()


def test_the_image_shows_where_a_painted_map_is_transparent():
    image = np.full((1, 3, 3), 100, np.uint8)
    painted = np.zeros((1, 3, 4), np.uint8)
    painted[..., :3], painted[0, :, 3] = 200, (0, 51, 255)
    assert over_image(image, painted)[0, :, 0].tolist() == [100, 120, 200]
    assert over_image(image, painted[..., :3]).tolist() == painted[..., :3].tolist()
    assert over_image(image, painted, 0.5)[0, :, 0].tolist() == [100, 120, 200]
    quarter = over_image(image, painted[..., :3], 0.25)
    assert quarter[0, :, 0].tolist() == [125, 125, 125]


@pytest.mark.parametrize(
    ('path', 'expected'), [('a.png', 'PNG'), ('a.JPG', 'JPEG'), ('b/c.d.webp', 'WEBP')]
)
def test_the_suffix_says_the_format(path, expected):
    assert picture_format(path) == expected


@pytest.mark.parametrize('name', ['a.xyz', 'a', 'png'])
def test_other_suffixes_are_named(tmp_path, name):
    path = tmp_path / name
    with pytest.raises(ValueError, match=f'out_file: expected a picture .* found {path}'):
        picture_format(path)
    with pytest.raises(ValueError, match='out_file'):
        save_picture(np.zeros((2, 3, 3), np.uint8), path)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_is_written_whole(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    path = tmp_path / 'new' / 'a.png'
    save_picture(picture, str(path))
    assert np.array_equal(np.asarray(Image.open(path)), picture)
    assert [file.name for file in path.parent.iterdir()] == ['a.png']
