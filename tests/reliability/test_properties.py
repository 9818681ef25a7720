"""Whatever a file holds, it is read as it is or refused by an error of ours."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mmmtl.datasets.io import read_image, read_map
from mmmtl.datasets.readers import (
    BoundaryReader,
    DisparityReader,
    IdMapReader,
    MaskReader,
    NormalReader,
    ScalarReader,
    VectorReader,
)
from mmmtl_bench.suite.suite_reading import read_suite
from tests.utils.array_files import npy
from tests.utils.bad_inputs import written
from tests.utils.picture_files import GREY, RGB, by_opencv
from tests.utils.suite_values import values_of

quick = settings(max_examples=12, derandomize=True, deadline=None, database=None)
OURS = (ValueError, FileNotFoundError)
SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, max_side=4)
NUMBERS = arrays.scalar_dtypes().filter(lambda dtype: dtype.kind in 'buif')
MAPS = NUMBERS.flatmap(lambda dtype: arrays.arrays(dtype, SHAPES))
READERS = [
    BoundaryReader(),
    DisparityReader(),
    IdMapReader({-1: 255, 0: 0, 7: 1}),
    MaskReader(ignore=255),
    NormalReader(),
    ScalarReader(),
    ScalarReader(scale=0.001, signed=True, invalid=np.nan),
    VectorReader(2),
]


@pytest.fixture(scope='module', autouse=True)
def _few_pixels():
    """A damaged header may claim half a GiB of pixels."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('MMMTL_MAX_PIXELS', '10000')
        yield


def read(reader, name, content):
    """Reads a file; None if it is refused by an error that names it."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return reader(written(Path(folder), name, content))
        except OURS as error:
            message = str(error)
    assert name in message
    return None


@quick
@given(array=MAPS)
def test_a_map_is_read_as_it_is_stored(array):
    found = read(read_map, 'a.npy', npy(array))
    assert found is not None
    assert found.dtype == array.dtype
    assert np.array_equal(found, array, equal_nan=array.dtype.kind == 'f')


@pytest.mark.parametrize('reader', READERS, ids=lambda reader: type(reader).__name__)
@quick
@given(data=st.data())
def test_labels_are_finite_or_marked(reader, data):
    channels = data.draw(st.sampled_from([(), (2,), (3,)]))
    array = data.draw(
        NUMBERS.flatmap(lambda t: arrays.arrays(t, SHAPES.map(lambda shape: shape + channels)))
    )
    found = read(lambda path: reader(path, {}), 'a.npy', npy(array))
    if found is not None:
        assert found.shape[:2] == array.shape[:2]
        assert not np.isinf(found).any()
        marked = np.isnan(array) & math.isnan(getattr(reader, 'invalid', 0))
        if marked.ndim == 3:
            marked = marked.any(axis=2, keepdims=True)
        assert np.array_equal(np.isnan(found), np.broadcast_to(marked, found.shape))


@quick
@given(array=NUMBERS.flatmap(lambda dtype: arrays.arrays(dtype, SHAPES)))
def test_depths_change_only_by_the_rounding_of_float32(array):
    found = read(lambda path: ScalarReader()(path, {}), 'a.npy', npy(array))
    if found is not None:
        assert np.array_equal(found, array.astype(np.float32))
        assert np.array_equal(found == 0, array == 0)


@quick
@given(
    array=arrays.arrays(np.uint16, SHAPES),
    table=st.dictionaries(st.integers(0, 65535), st.integers(0, 255), min_size=1, max_size=8),
)
def test_ids_are_those_of_the_table(array, table):
    ids = np.array(sorted(table), np.uint16)
    known = ids[array % len(ids)]
    found = read(lambda path: IdMapReader(table)(path, {}), 'a.png', by_opencv('.png', known))
    assert np.array_equal(found, np.vectorize(table.get)(known))
    strange = read(lambda path: IdMapReader(table)(path, {}), 'a.png', by_opencv('.png', array))
    assert (strange is None) == (not np.isin(array, ids).all())


@pytest.mark.parametrize('suffix', ['.png', '.jpg', '.tiff', '.bmp', '.webp'])
@quick
@given(data=st.data())
def test_damaged_pictures_are_read_or_refused(suffix, data):
    whole = bytearray(by_opencv(suffix, data.draw(st.sampled_from([GREY, RGB]))))
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=4)
    ):
        whole[at] = byte
    content = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for reader in (read_image, read_map):
        read(reader, f'a{suffix}', content)


@quick
@given(content=st.binary(max_size=64), suffix=st.sampled_from(['.png', '.npy', '.npz', '.tif']))
def test_noise_is_refused(content, suffix):
    assert read(read_image, f'a{suffix}', content) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=4,
)
KEYS = (
    *('title', 'tables', 'seeds', 'average', 'cfg_options', 'weightings', 'data', 'dataset'),
    *('published', 'single_task', 'multi_task', 'baseline', 'overrides', 'x'),
)


@quick
@given(key=st.sampled_from(KEYS), value=VALUES, in_table=st.booleans())
def test_a_suite_with_any_value_is_read_or_refused(key, value, in_table):
    values = values_of()
    (values['tables'][0] if in_table else values)[key] = value
    suite = read(read_suite, 'suite.yaml', yaml.safe_dump(values).encode())
    if suite is not None:
        assert suite.specs()


@quick
@given(content=st.binary(max_size=32) | st.text(max_size=32).map(str.encode))
def test_any_text_is_no_suite(content):
    assert read(read_suite, 'suite.yaml', content) is None
