"""Converters keep numbers as they are, or refuse a file and name it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mmmtl.datasets.conversion import Intrinsics, normals_from_depth
from mmmtl.datasets.conversion.reduced_cityscapes import reduce_sample

quick = settings(max_examples=15, derandomize=True, deadline=None, database=None)
SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=6)
NAME = 'train/town/a'
FILES = dict(
    leftImg8bit='_leftImg8bit.png', gtFine='_gtFine_labelIds.png', disparity='_disparity.png'
)


def write(root: Path, shape: tuple[int, int], ids: np.ndarray, disparity: np.ndarray) -> None:
    image = np.zeros((*shape, 3), np.uint8)
    for (folder, suffix), array in zip(FILES.items(), (image, ids, disparity), strict=True):
        path = root / folder / (NAME + suffix)
        path.parent.mkdir(parents=True)
        cv2.imwrite(str(path), array)


@st.composite
def samples(draw):
    shape = draw(SHAPES)
    return shape, *(draw(arrays.arrays(kind, shape)) for kind in (np.uint8, np.uint16))


@quick
@given(samples(), st.tuples(*[st.integers(1, 8)] * 2))
def test_a_reduced_copy_holds_only_numbers_of_the_original(sample, size):
    shape, ids, disparity = sample
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, 'a'), Path(folder, 'b')
        write(source, *sample)
        reduce_sample(source, target, size, NAME)
        for (name, suffix), array in zip(list(FILES.items())[1:], (ids, disparity), strict=True):
            copy = cv2.imread(str(target / name / (NAME + suffix)), cv2.IMREAD_UNCHANGED)
            assert copy.dtype == array.dtype
            assert copy.shape == size
            assert set(copy.flat) <= set(array.flat)
            if size == shape:
                np.testing.assert_array_equal(copy, array)


@quick
@given(samples(), st.sampled_from(list(FILES)), st.integers(0, 2**16), st.integers(1, 255))
def test_a_damaged_file_is_named_or_read_as_it_is(sample, name, place, change):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, 'a'), Path(folder, 'b')
        write(source, *sample)
        path = source / name / (NAME + FILES[name])
        content = bytearray(path.read_bytes())
        content[place % len(content)] ^= change
        path.write_bytes(content)
        copy = target / name / (NAME + FILES[name])
        try:
            reduce_sample(source, target, (2, 3), NAME)
        except ValueError as error:
            assert str(path) in str(error)  # noqa: PT017  (it need not be raised)
            assert not copy.exists()
        else:
            assert cv2.imread(str(copy), cv2.IMREAD_UNCHANGED).shape[:2] == (2, 3)


@quick
@given(
    SHAPES.flatmap(
        lambda shape: arrays.arrays(
            np.float32, shape, elements=st.just(0.0) | st.floats(0.125, 100, width=32)
        )
    )
)
def test_normals_are_unit_vectors_where_there_is_a_depth(depth):
    normals = normals_from_depth(depth, Intrinsics(50.0, 50.0, 2.0, 2.0))
    assert normals.shape == (*depth.shape, 3)
    length = np.linalg.norm(normals.astype(np.float64), axis=2)
    assert (np.isclose(length, 1, atol=1e-2) | (length == 0)).all()
    assert (length[depth == 0] == 0).all()
