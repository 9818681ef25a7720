"""Label files of classes, masks and boundaries that hold anything else."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.io import read_map
from mmmtl.datasets.readers import BoundaryReader, CityscapesIdReader, IdMapReader, MaskReader
from tests.utils.array_files import npy, npz, row
from tests.utils.bad_inputs import Bad, check_refused, reading, written
from tests.utils.picture_files import by_pillow, grey_row, turned_png

IDS = IdMapReader({0: 0, 1: 1, 7: 2, 255: 255})
SIGNED = IdMapReader({-1: 255, 0: 0, 1: 1})
LISTED = IdMapReader([0, 1, 255])
COLORS = Image.fromarray(np.zeros((4, 4, 3), np.uint8))
UNKNOWN = r'a\.\w+: label id\(s\) {} are not in the table, which has {} ids'
WHOLE = r'a\.npy: expected whole numbers as ids, found '
FLAT = r'a\.\w+: expected ids of shape \(H, W\), found shape '

FILES = {
    'an id that is in no table': (IDS, 'a.png', grey_row(0, 1, 2), UNKNOWN.format('2', 4)),
    'ids between those of the table': (
        IDS,
        'a.png',
        grey_row(3, 4, 254),
        UNKNOWN.format('3, 4, 254', 4),
    ),
    'ids beyond 8 bits': (
        IDS,
        'a.png',
        grey_row(0, 300, dtype=np.uint16),
        UNKNOWN.format('300', 4),
    ),
    'a negative id': (IDS, 'a.npy', row(0, -1), UNKNOWN.format('-1', 4)),
    'a void that is stored without its sign': (
        SIGNED,
        'a.png',
        grey_row(0, 255),
        UNKNOWN.format('255', 3),
    ),
    'a second negative id': (SIGNED, 'a.npy', row(-2, dtype=np.int8), UNKNOWN.format('-2', 3)),
    'an id beyond a list': (LISTED, 'a.png', grey_row(3), UNKNOWN.format('3', 3)),
    'the largest whole number': (IDS, 'a.npy', row(2**63 - 1, dtype=np.int64), 'label id'),
    'the smallest whole number': (IDS, 'a.npy', row(-(2**63), dtype=np.int64), 'label id'),
    'the largest number without a sign': (
        IDS,
        'a.npy',
        row(2**64 - 1, dtype=np.uint64),
        'label id',
    ),
    'a float of the size of 1e300': (IDS, 'a.npy', row(1e300), 'label id'),
    'many unknown ids': (
        IDS,
        'a.png',
        grey_row(*range(20, 60)),
        UNKNOWN.format('20, 21, 22, 23, 24', 4),
    ),
    'a half as an id': (IDS, 'a.npy', row(0.5), WHOLE + 'fractions or NaN'),
    'a rounding error as an id': (IDS, 'a.npy', row(1 + 1e-6), WHOLE + 'fractions or NaN'),
    'NaN as an id': (IDS, 'a.npy', row(np.nan), WHOLE + 'fractions or NaN'),
    'minus infinity as an id': (SIGNED, 'a.npy', row(-np.inf), WHOLE + 'infinity'),
    'infinity in half precision': (
        IDS,
        'a.npy',
        row(np.inf, dtype=np.float16),
        WHOLE + 'infinity',
    ),
    'colours as ids': (IDS, 'a.png', by_pillow(COLORS, 'PNG'), FLAT + r'\(4, 4, 3\)'),
    'one-hot classes': (IDS, 'a.npy', npy(np.zeros((4, 4, 13))), FLAT + r'\(4, 4, 13\)'),
    'a list of ids': (IDS, 'a.npy', npy(np.zeros(4)), r'expected a map of shape .*found \(4,\)'),
    'no ids': (IDS, 'a.npy', npy(np.zeros((0, 4))), r'expected a map of shape .*found \(0, 4\)'),
    'a batch of ids': (IDS, 'a.npy', npy(np.zeros((1, 4, 4, 1))), r'found \(1, 4, 4, 1\)'),
    'ids as texts': (IDS, 'a.npy', npy(np.array([['0', '1']])), 'expected an array of numbers'),
    'ids as a JPEG of colours': (IDS, 'a.jpg', by_pillow(COLORS, 'JPEG'), FLAT),
    'ids of several arrays': (IDS, 'a.npz', npz(a=np.zeros((2, 2)), b=[1]), r"arrays \['a', 'b'\]"),
    'ids of CMYK colours': (IDS, 'a.tif', by_pillow(COLORS.convert('CMYK'), 'TIFF'), 'found CMYK'),
    'ids of HSV colours': (IDS, 'a.tif', by_pillow(COLORS.convert('LAB'), 'TIFF'), 'found Lab'),
    'ids that are turned': (IDS, 'a.png', turned_png(grey_row(0, 1), 6), 'found orientation 6'),
    'ids that are mirrored': (IDS, 'a.png', turned_png(grey_row(0, 1), 2), 'found orientation 2'),
    'a text as ids': (IDS, 'a.png', b'0 1 2', 'not an image'),
    'an id of CityScapes that is none': (CityscapesIdReader(19), 'a.png', grey_row(34), 'label id'),
    'train ids of CityScapes': (CityscapesIdReader(7), 'a.png', grey_row(255), 'label id'),
    '255 for yes': (
        MaskReader(),
        'a.png',
        grey_row(0, 255),
        'expected 0 and 1, found 255; MaskReader',
    ),
    '1 for yes of 255': (
        MaskReader(one=255),
        'a.png',
        grey_row(0, 1),
        'expected 0 and 255, found 1;',
    ),
    'a third number': (
        MaskReader(ignore=255),
        'a.png',
        grey_row(0, 1, 2, 255),
        'expected 0 and 1, and 255 without a label, found 2;',
    ),
    'a negative mask': (MaskReader(), 'a.npy', row(-1, dtype=np.int8), 'found -1;'),
    'a probability beyond 1': (MaskReader(), 'a.npy', row(0.5, 1.5), 'found 1.5;'),
    'a probability below 0': (MaskReader(), 'a.npy', row(-0.1), 'found -0.1;'),
    'NaN in a mask': (MaskReader(), 'a.npy', row(0.5, np.nan), 'found nan;'),
    'infinity in a mask': (MaskReader(), 'a.npy', row(np.inf), 'found inf;'),
    'another NaN in a mask': (MaskReader(ignore=-1), 'a.npy', row(np.nan), 'found nan;'),
    'a mask of colours': (
        MaskReader(),
        'a.png',
        by_pillow(COLORS, 'PNG'),
        'expected a mask of shape',
    ),
    'a mask of two channels': (MaskReader(), 'a.npy', npy(np.zeros((2, 2, 2))), 'expected a mask'),
    'boundaries of infinity': (BoundaryReader(), 'a.npy', row(-np.inf), WHOLE + 'infinity'),
    'boundaries of colours': (BoundaryReader(), 'a.png', by_pillow(COLORS, 'PNG'), FLAT),
}


ROWS = {
    **{key: Bad(reading(*case, {}), line) for key, (*case, line) in FILES.items()},
    'an array that an archive lacks': Bad(
        lambda folder: read_map(written(folder, 'a.npz', npz(a=np.eye(2))), key='b'),
        r"a\.npz: expected 'b', found the arrays \['a'\]",
    ),
    'an array by its name in a PNG': Bad(
        lambda folder: read_map(written(folder, 'a.png', grey_row(0)), key='b'),
        "a.png: expected a .npz file, as key='b' names an array in one",
    ),
    'a table of an empty list': Bad(lambda folder: IdMapReader([]), 'table: expected at least one'),
    'a negative class': Bad(lambda folder: IdMapReader({3: -1}), 'table: .* found -1 for id 3'),
    'half a class': Bad(
        lambda folder: IdMapReader({3: 1.5}), 'table: expected whole numbers, found 1.5 for id 3'
    ),
    'half an id': Bad(
        lambda folder: IdMapReader({0.5: 1}), 'table: expected whole numbers, found 1 for id 0.5'
    ),
    'a class by its name': Bad(lambda folder: IdMapReader({3: 'road'}), "table: .* found 'road'"),
    'an id by its name': Bad(
        lambda folder: IdMapReader({'road': 3}), "table: .* found 3 for id 'road'"
    ),
    'a table that is a number': Bad(lambda folder: IdMapReader(3), 'table: expected .* found 3'),
    'a set of 8 classes': Bad(
        lambda folder: CityscapesIdReader(8), r'num_classes: expected one of \(2, 7, 19\), found 8'
    ),
    'a class of another set': Bad(
        lambda folder: CityscapesIdReader(7, ['road']), r"classes: .* found \['road'\]"
    ),
    'yes that is ignored': Bad(lambda folder: MaskReader(ignore=1), 'ignore: .* found 1'),
    'yes in words': Bad(
        lambda folder: MaskReader(one='yes'), "one: expected a number, found 'yes'"
    ),
    'ignored in words': Bad(
        lambda folder: MaskReader(ignore='no'), "ignore: expected a number, found 'no'"
    ),
}


@pytest.mark.parametrize('bad', ROWS.values(), ids=ROWS)
def test_what_is_no_label_is_refused(bad, tmp_path):
    check_refused(bad, tmp_path)


RIGHT = {
    'a void by its sign': (SIGNED, 'a.npy', row(-1, 0, 1), [[255, 0, 1]]),
    'whole floats': (IDS, 'a.npy', row(7, 255, 1), [[2, 255, 1]]),
    'ids of 64 bits': (IDS, 'a.npy', row(7, 0, dtype=np.uint64), [[2, 0]]),
    'truth values': (IDS, 'a.npy', row(True, False, dtype=bool), [[1, 0]]),
    'ids with a channel': (IDS, 'a.npy', npy(np.array([[[7], [1]]])), [[2, 1]]),
    'Fortran order': (IDS, 'a.npy', npy(np.asfortranarray([[7, 1], [0, 255]])), [[2, 1], [0, 255]]),
    'the other byte order': (IDS, 'a.npy', row(7, 1, dtype='>i4'), [[2, 1]]),
    'a mask of truth values': (MaskReader(), 'a.npy', row(True, False, dtype=bool), [[1, 0]]),
    'a mask of 0 and 255': (MaskReader(one=255), 'a.png', grey_row(0, 255), [[0, 1]]),
    'probabilities of 0 to 255': (MaskReader(one=255), 'a.npy', row(51.0, 255), [[0.2, 1]]),
    'a mask with NaN': (MaskReader(ignore=np.nan), 'a.npy', row(np.nan, 1), [[255, 1]]),
    'a boundary': (BoundaryReader(), 'a.png', grey_row(5, 5, 9), [[0, 1, 1]]),
}


@pytest.mark.parametrize(('reader', 'name', 'content', 'expected'), RIGHT.values(), ids=RIGHT)
def test_what_is_a_label_is_read(reader, name, content, expected, tmp_path):
    found = reading(reader, name, content, {})(tmp_path)
    assert np.array_equal(found, np.asarray(expected, found.dtype))
