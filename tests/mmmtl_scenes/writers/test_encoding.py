from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from mmmtl_scenes.writers.encoding import (
    encode_ids,
    encode_normals,
    encode_npy,
    encode_png,
    outlines,
)


def test_pictures_keep_their_colours() -> None:
    image = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    found = cv2.imdecode(np.frombuffer(encode_png(image), np.uint8), cv2.IMREAD_COLOR)
    np.testing.assert_array_equal(found[..., ::-1], image)


def test_directions_are_colours_and_none_is_black() -> None:
    normals = np.array([[[0, 0, -1], [1, 0, 0], [0, 0, 0]]], np.float32)
    assert encode_normals(normals).tolist() == [[[128, 128, 0], [255, 128, 128], [0, 0, 0]]]


def test_outlines_are_one_pixel_wide() -> None:
    ids = np.array([[1, 1, 2], [1, 1, 2], [3, 3, 3]])
    assert outlines(ids).astype(int).tolist() == [[0, 1, 0], [1, 1, 1], [0, 0, 0]]


def test_ids_keep_their_palette() -> None:
    palette = np.arange(768, dtype=np.uint32).reshape(256, 3).astype(np.uint8)
    with Image.open(BytesIO(encode_ids(np.array([[0, 255]], np.uint8), palette))) as picture:
        assert np.asarray(picture).tolist() == [[0, 255]]
        assert picture.getpalette() == palette.reshape(-1).tolist()


def test_arrays_keep_their_numbers() -> None:
    assert np.load(BytesIO(encode_npy(np.float32([1.5])))) == [1.5]
