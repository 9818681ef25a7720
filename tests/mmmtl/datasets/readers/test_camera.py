import json

import pytest

from mmmtl.datasets.readers import read_camera


@pytest.fixture
def camera(tmp_path):
    return tmp_path / 'camera.json'


def test_baseline_and_focal_length_are_read(camera):
    content = dict(extrinsic=dict(baseline=0.5, x=1), intrinsic=dict(fx=100, fy=200))
    camera.write_text(json.dumps(content))
    found = read_camera(str(camera))
    assert (found.baseline, found.focal) == (0.5, 100)
    assert found.metre_pixels == 50


def test_files_that_are_no_cameras_are_named(camera):
    for text in (
        '{',
        '[' * 100_000,
        '{}',
        '{"extrinsic": {"baseline": 0}, "intrinsic": {"fx": 1}}',
    ):
        camera.write_text(text)
        with pytest.raises(ValueError, match='camera.json: expected a'):
            read_camera(str(camera))


def test_a_file_of_bytes_is_named(camera):
    camera.write_bytes(b'\xff\xfe\x00')
    with pytest.raises(ValueError, match='camera.json: expected a camera file'):
        read_camera(str(camera))
