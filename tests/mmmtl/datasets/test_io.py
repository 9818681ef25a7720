import cv2
import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.io import read_image, read_map


def test_images_come_as_blue_green_red(tmp_path):
    rgb = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    png, floats, levels = (str(tmp_path / name) for name in ('a.png', 'a.npy', 'b.npy'))
    cv2.imwrite(png, rgb[..., ::-1])
    np.save(floats, rgb.astype(np.float64) / 255)
    np.save(levels, rgb)
    for path in (png, floats, levels):
        image = read_image(path)
        assert image.dtype == np.uint8
        assert np.array_equal(image, rgb[..., ::-1])


@pytest.mark.parametrize(
    ('value', 'level'), [(1 + 5e-7, 255), (-1e-4, 0), (1.01, None), (-1, None)]
)
def test_colours_may_be_out_of_range_by_rounding_only(tmp_path, value, level):
    path = str(tmp_path / 'a.npy')
    np.save(path, np.full((2, 2, 3), value))
    if level is not None:
        assert (read_image(path) == level).all()
        return
    with pytest.raises(ValueError, match=rf'a.npy: expected RGB values in \[0, 1\], found {value}'):
        read_image(path)


def test_maps_come_as_stored(tmp_path):
    depth = np.array([[0, 256, 65535]], dtype=np.uint16)
    cv2.imwrite(str(tmp_path / 'd.png'), depth)
    assert np.array_equal(read_map(str(tmp_path / 'd.png')), depth)
    palette = Image.fromarray(np.array([[1, 0, 2]], dtype=np.uint8), mode='P')
    palette.putpalette([9] * 768)
    palette.save(tmp_path / 'p.png')
    assert read_map(str(tmp_path / 'p.png')).tolist() == [[1, 0, 2]]
    colors = np.arange(24, dtype=np.uint16).reshape(2, 4, 3)
    for array in (colors.astype(np.uint8), 2500 * colors):
        cv2.imwrite(str(tmp_path / 'c.png'), array[..., ::-1])
        stored = read_map(str(tmp_path / 'c.png'))
        assert stored.dtype == array.dtype
        assert np.array_equal(stored, array)
    np.save(tmp_path / 'd.npy', depth[..., None].astype(np.float32))
    assert np.array_equal(read_map(str(tmp_path / 'd.npy')), depth)


@pytest.mark.parametrize('read', [read_image, read_map])
def test_broken_files_are_named(tmp_path, read):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40), dtype=np.uint8)
    whole = cv2.imencode('.png', noise)[1].tobytes()
    for name, content, reason in (
        ('cut.png', whole[: len(whole) // 2], 'truncated or broken'),
        ('end.png', whole[:-20], 'truncated or broken'),
        ('text.png', b'not a picture', 'not an image'),
        ('empty.png', b'', 'not an image'),
        ('cut.npy', b'\x93NUMPY', 'truncated or broken'),
        ('text.npy', b'text', 'truncated or broken'),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ValueError, match=f'{path}: .*{reason}'):
            read(str(path))
    with pytest.raises(FileNotFoundError, match='nowhere.png: no such file'):
        read(str(tmp_path / 'nowhere.png'))
    with pytest.raises(ValueError, match='expected a file, found a folder'):
        read(str(tmp_path))


def test_arrays_of_the_wrong_kind_are_refused(tmp_path):
    path = str(tmp_path / 'a.npy')
    for array, reason in (
        (np.zeros((4, 4), np.float32), r'shape \(H, W, 3\), found \(4, 4\)'),
        (np.full((4, 4, 3), 2.0), r'RGB values in \[0, 1\], found 2.0'),
        (np.full((4, 4, 3), np.nan), r'RGB values in \[0, 1\]'),
        (np.array('text'), 'expected an array of numbers'),
    ):
        np.save(path, array)
        with pytest.raises(ValueError, match=reason):
            read_image(path)
    np.save(path, np.array([{}], dtype=object))
    with pytest.raises(ValueError, match='truncated or broken'):
        read_map(path)
    np.save(path, np.zeros((2, 2, 2, 2)))
    with pytest.raises(ValueError, match=r'expected a map of shape \(H, W\)'):
        read_map(path)
