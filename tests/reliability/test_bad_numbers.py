"""Label files of depths, vectors, normals and cameras that hold anything else."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mmmtl.datasets.readers import (
    DisparityReader,
    NormalReader,
    PreprocessedInverseDepthReader,
    ScalarReader,
    VectorReader,
    read_camera,
)
from tests.utils.array_files import npy, npz, row
from tests.utils.bad_inputs import Bad, check_refused, reading
from tests.utils.picture_files import grey_row


def pixel(*numbers, dtype=float):
    return npy(np.array([[numbers]], dtype))


def camera(baseline=0.2, focal=2262.0):
    return json.dumps({'extrinsic': {'baseline': baseline}, 'intrinsic': {'fx': focal}}).encode()


METRES = ScalarReader(depth_unit='depth')
PLAIN = ScalarReader()
SIGNED = ScalarReader(signed=True, invalid=np.nan)
FLOW = VectorReader(2)
FINITE = r'a\.np[yz]: expected finite numbers, found NaN or infinity'
BEYOND = r'a\.npy: expected finite numbers, found {}, beyond float32'
NEGATIVE = r'a\.npy: expected numbers >= 0 \({} is invalid\), found {}; ScalarReader\('
UNSCALED = r'a\.\w+: expected the scale of integers \({}, up to {}\) as depth \[m\]'
FLAT = r'a\.\w+: expected values of shape \(H, W\), found shape '
VECTORS = r'a\.\w+: expected numbers of shape \(H, W, 2\), found shape '
NORMALS = r'a\.\w+: expected normals of shape \(H, W, 3\), found shape '
DISPARITY = r'a\.\w+: expected a 16-bit disparity of shape \(H, W\), found '
CAMERA = r'a\.json: expected a camera file with extrinsic\.baseline and intrinsic\.fx \('
POSITIVE = r'a\.json: expected a positive baseline and fx, found '

FILES = {
    'a depth of NaN': (METRES, 'a.npy', row(1, np.nan), FINITE),
    'a depth of infinity': (METRES, 'a.npy', row(1, np.inf), FINITE),
    'a depth of minus infinity': (METRES, 'a.npy', row(1, -np.inf), FINITE),
    'NaN in half precision': (METRES, 'a.npy', row(np.nan, dtype=np.float16), FINITE),
    'an infinite number that is signed': (SIGNED, 'a.npy', row(-np.inf), FINITE),
    'a depth beyond float32': (METRES, 'a.npy', row(1e39), BEYOND.format(r'1e\+39')),
    'a negative number beyond float32': (SIGNED, 'a.npy', row(-1e300), BEYOND.format(r'-1e\+300')),
    'beyond float32 by its scale': (
        ScalarReader(scale=1e10),
        'a.npy',
        row(1e30),
        BEYOND.format(r'1e\+40'),
    ),
    'a negative depth': (METRES, 'a.npy', row(1, -0.5), NEGATIVE.format('0', '-0.5')),
    'a void of -1 that is not stated': (PLAIN, 'a.npy', row(-1), NEGATIVE.format('0', '-1.0')),
    'a number below the smallest of float64 by its scale': (
        ScalarReader(scale=1e-300),
        'a.npy',
        row(1e-300),
        'expected numbers other than 0, which means invalid, after scaling',
    ),
    'a number below the smallest of float32': (
        PLAIN,
        'a.npy',
        row(1e-60),
        'expected numbers other than 0, which means invalid',
    ),
    'millimetres in 16 bits': (
        METRES,
        'a.png',
        grey_row(1500, dtype=np.uint16),
        UNSCALED.format('uint16', '1500'),
    ),
    'depths in 8 bits': (
        METRES,
        'a.png',
        grey_row(7, dtype=np.uint8),
        UNSCALED.format('uint8', '7'),
    ),
    'depths in whole numbers': (
        METRES,
        'a.npy',
        row(9, dtype=np.int64),
        UNSCALED.format('int64', '9'),
    ),
    'depths with colours': (METRES, 'a.npy', npy(np.ones((2, 2, 3))), FLAT + r'\(2, 2, 3\)'),
    'depths in a list': (METRES, 'a.npy', npy(np.ones(4)), r'a map of shape .* found \(4,\)'),
    'depths channel first': (METRES, 'a.npy', npy(np.ones((1, 4, 4))), FLAT + r'\(1, 4, 4\)'),
    'no depths': (METRES, 'a.npy', npy(np.ones((0, 0))), r'found \(0, 0\)'),
    'complex depths': (METRES, 'a.npy', row(1j, dtype=complex), 'expected an array of numbers'),
    'objects as depths': (
        METRES,
        'a.npy',
        npy(np.array([[None]]), allow_pickle=True),
        'truncated or',
    ),
    'a NaN in an archive': (METRES, 'a.npz', npz(a=np.full((2, 2), np.nan)), FINITE),
    'a flow of NaN that is stated as 0': (
        VectorReader(2, invalid=0),
        'a.npy',
        pixel(np.nan, 1),
        FINITE,
    ),
    'an infinite flow': (FLOW, 'a.npy', pixel(np.inf, 1), FINITE),
    'a flow beyond float32': (FLOW, 'a.npy', pixel(1e39, 1), 'a.npy: expected finite numbers'),
    'a flow beyond float32 by its scale': (
        VectorReader(2, 1e30),
        'a.npy',
        pixel(1e10, 1),
        'a.npy: expected finite',
    ),
    'a flow of three': (FLOW, 'a.npy', pixel(1, 2, 3), VECTORS + r'\(1, 1, 3\)'),
    'a flow of one': (FLOW, 'a.npy', pixel(1), VECTORS + r'\(1, 1\)'),
    'a flow channel first': (FLOW, 'a.npy', npy(np.ones((2, 8, 8))), VECTORS + r'\(2, 8, 8\)'),
    'a flow in grey': (FLOW, 'a.png', grey_row(3), VECTORS + r'\(1, 1\)'),
    'shares of a void of -1': (
        VectorReader(3, invalid=-1),
        'a.npy',
        pixel(1, 2, 3, dtype=np.uint8),
        'read as shares of 255, from 0 to 1, among which invalid=-1 never is',
    ),
    'a normal of NaN': (
        NormalReader(),
        'a.npy',
        pixel(0, np.nan, 1),
        'a.npy: expected finite normals',
    ),
    'a normal of infinity': (
        NormalReader(),
        'a.npy',
        pixel(0, 0, np.inf),
        'expected finite normals',
    ),
    'a normal of a length of 1e200': (
        NormalReader(),
        'a.npy',
        pixel(1e200, 1, 1),
        'of length 1e.06 at most',
    ),
    'a normal of a length of 2e6': (NormalReader(), 'a.npy', pixel(0, 2e6, 0), 'found 2e.06'),
    'a normal of two': (NormalReader(), 'a.npy', pixel(0, 1), NORMALS + r'\(1, 1, 2\)'),
    'a normal of four': (NormalReader(), 'a.npy', pixel(0, 1, 0, 1), NORMALS + r'\(1, 1, 4\)'),
    'a normal in grey': (NormalReader(), 'a.png', grey_row(3), NORMALS + r'\(1, 1\)'),
    'a normal of truth values': (
        NormalReader(),
        'a.npy',
        pixel(True, False, True, dtype=bool),
        'a.npy: expected',
    ),
    'a disparity of 8 bits': (
        DisparityReader(),
        'a.png',
        grey_row(3, dtype=np.uint8),
        DISPARITY + 'uint8',
    ),
    'a disparity of floats': (DisparityReader(), 'a.npy', row(3), DISPARITY + 'float64'),
    'a disparity of colours': (
        DisparityReader(),
        'a.npy',
        npy(np.ones((2, 2, 3), np.uint16)),
        DISPARITY + r'uint16 of shape \(2, 2, 3\)',
    ),
    'a negative disparity': (
        DisparityReader(),
        'a.npy',
        row(-3, dtype=np.int16),
        'a.npy: expected',
    ),
    'a disparity beyond 16 bits': (
        DisparityReader(),
        'a.npy',
        row(70000, dtype=np.int32),
        'a.npy: expected .*70000',
    ),
    'an inverse depth beyond 1': (
        PreprocessedInverseDepthReader(),
        'a.npy',
        row(1.5),
        r'expected inverse depths p / 65535 in \[0, 1\], found 1.5',
    ),
    'a negative inverse depth': (
        PreprocessedInverseDepthReader(),
        'a.npy',
        row(-0.1),
        'numbers >= 0',
    ),
    'an inverse depth of NaN': (PreprocessedInverseDepthReader(), 'a.npy', row(np.nan), FINITE),
    'a camera that is empty': (read_camera, 'a.json', b'', CAMERA),
    'a camera that is no text': (read_camera, 'a.json', b'\xff\xfe\x00', CAMERA),
    'a camera that is half a file': (read_camera, 'a.json', camera()[:20], CAMERA),
    'a camera that is a list': (read_camera, 'a.json', b'[1, 2]', CAMERA),
    'a camera that is null': (read_camera, 'a.json', b'null', CAMERA),
    'a camera without a baseline': (
        read_camera,
        'a.json',
        b'{"extrinsic": {}, "intrinsic": {"fx": 1}}',
        CAMERA + r"KeyError\('baseline'\)",
    ),
    'a camera with a focal length in words': (read_camera, 'a.json', camera(focal='long'), CAMERA),
    'a camera without a focal length': (read_camera, 'a.json', camera(focal=None), CAMERA),
    'a camera of no baseline': (read_camera, 'a.json', camera(0), POSITIVE),
    'a camera of a negative focal length': (read_camera, 'a.json', camera(focal=-1), POSITIVE),
    'a camera of NaN': (read_camera, 'a.json', camera(float('nan')), POSITIVE),
    'a camera of infinity': (read_camera, 'a.json', camera(float('inf')), POSITIVE),
    'a camera of too many digits': (read_camera, 'a.json', camera(10**400), CAMERA),
}


def _read(reader, name, content):
    return reading(reader, name, content, *([] if reader is read_camera else [{}]))


def _make(make):
    return lambda folder: make()


ARGUMENTS = {
    'a scale in words': (lambda: ScalarReader(scale='0.001'), "scale: expected a number.*'0.001'"),
    'a range of NaN': (lambda: ScalarReader(min_value=np.nan, max_value=2), 'min_value < max'),
    'a range in words': (lambda: ScalarReader(max_value='far'), "max_value: .* found 'far'"),
    'a void in words': (lambda: ScalarReader(invalid='none'), "invalid: .* found 'none'"),
    'voids in words': (lambda: ScalarReader(invalid_values='65535'), "invalid_values: .* '65535'"),
    'a void among words': (lambda: ScalarReader(invalid_values=[0, 'sky']), "_values: .* 'sky'"),
    'no unit of a disparity': (lambda: DisparityReader(None), 'Unknown depth_unit None'),
    'a unit that is a list': (
        lambda: DisparityReader(['depth']),
        r"Unknown depth_unit \['depth'\]",
    ),
    'a void of a disparity in words': (lambda: DisparityReader(invalid='x'), "invalid: .* 'x'"),
    'channels in words': (lambda: VectorReader('two'), "channels: expected .* found 'two'"),
    'half a channel': (lambda: VectorReader(2.5), 'channels: expected .*found 2.5'),
    'a factor in words': (lambda: VectorReader(2, 'x'), "scale: expected a number, found 'x'"),
}

ROWS = {
    **{key: Bad(_read(*case), line) for key, (*case, line) in FILES.items()},
    **{key: Bad(_make(make), line) for key, (make, line) in ARGUMENTS.items()},
}


@pytest.mark.parametrize('bad', ROWS.values(), ids=ROWS)
def test_what_are_no_numbers_is_refused(bad, tmp_path):
    check_refused(bad, tmp_path)
