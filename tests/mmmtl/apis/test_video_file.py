import re
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from mmmtl.apis.video_file import CODECS, VideoFile, codec_of
from mmmtl.apis.video_reader import Clip
from tests.utils.clips import read_clip


def pictures(count, shape=(64, 96, 3)):
    for number in range(count):
        picture = np.zeros(shape, np.uint8)
        picture[..., 0] = 40 * number  # red
        yield picture


@pytest.mark.parametrize('suffix', [*CODECS, '.MP4'])
def test_images_of_every_format(tmp_path, suffix):
    path = tmp_path / 'new' / f'a{suffix}'
    with VideoFile(path, 12.5) as video:
        for picture in pictures(5):
            video.write(picture)
        assert not path.exists()
    rate, found = read_clip(path)
    assert (rate, len(found), video.count) == (12.5, 5, 5)
    assert [round(float(image[..., 2].mean()) / 40) for image in found] == [0, 1, 2, 3, 4]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ('rate', 'written'), [(239.8437, 239.84), (90.1234, 90.12), (24000 / 1001, 23.976), (0.3, 0.3)]
)
def test_rates_that_mpeg_4_cannot_have_are_rounded(tmp_path, rate, written):
    """Slow motion of a phone has any number of images per second."""
    with VideoFile(tmp_path / 'a.mp4', rate) as video:
        for picture in pictures(3):
            video.write(picture)
    found, images = read_clip(tmp_path / 'a.mp4')
    assert len(images) == 3
    assert found == pytest.approx(written, abs=1e-4)


def test_a_name_that_looks_like_an_address(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with VideoFile('12:30.mp4', 5) as video:
        video.write(next(pictures(1)))
    assert (Clip('12:30.mp4').length, len([*Clip('12:30.mp4').images()])) == (1, 1)


def test_what_is_wrong_with_the_place_is_said(tmp_path):
    for path, expected in (
        (tmp_path / f'{"x" * 240}.mp4', 'File name too long'),
        (tmp_path / '\udcff.mp4', r"\\udcff.mp4'\): expected a name in Unicode"),
    ):
        with pytest.raises(OSError, match=expected), VideoFile(path, 5) as video:
            video.write(next(pictures(1)))
    assert list(tmp_path.iterdir()) == []


def test_images_that_a_format_would_cut_are_an_error(tmp_path):
    with (
        pytest.raises(OSError, match='cannot write 70000x2 pixels with the codec MJPG'),
        VideoFile(tmp_path / 'a.avi', 5) as video,
    ):
        video.write(np.zeros((2, 70_000, 3), np.uint8))
    assert list(tmp_path.iterdir()) == []


def test_an_odd_size_gets_a_column_and_a_row(tmp_path):
    with VideoFile(tmp_path / 'a.avi', 5) as video:
        for picture in pictures(2, (63, 95, 3)):
            video.write(picture)
    assert read_clip(tmp_path / 'a.avi')[1][0].shape == (64, 96, 3)


def test_nothing_is_left_of_what_was_not_finished(tmp_path):
    path = tmp_path / 'a.mp4'
    path.write_text('old')

    def interrupted():
        with VideoFile(path, 5) as video:
            video.write(next(pictures(1)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == 'old'
    assert [file.name for file in tmp_path.iterdir()] == ['a.mp4']


def test_a_video_without_images_is_none(tmp_path):
    expected = 'a.mp4: 0 images were written, its header tells of 0'
    with pytest.raises(OSError, match=expected), VideoFile(tmp_path / 'a.mp4', 5):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_again_is_an_error(tmp_path, monkeypatch):
    """As of a disk that is full, of which OpenCV says nothing."""
    monkeypatch.setattr(Clip, 'length', 2)

    def write():
        with VideoFile(tmp_path / 'a.mp4', 5) as video:
            for picture in pictures(3):
                video.write(picture)

    with pytest.raises(OSError, match='3 images were written, its header tells of 2; is there r'):
        write()
    monkeypatch.setattr(Clip, 'length', 3)
    write()
    (tmp_path / 'a.mp4').unlink()
    monkeypatch.setattr(shutil, 'disk_usage', lambda path: SimpleNamespace(free=0))
    with pytest.raises(OSError, match='its header tells of 3; the disk is full'):
        write()
    assert list(tmp_path.iterdir()) == []


def test_a_codec_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setitem(CODECS, '.mp4', 'none')
    expected = 'a.mp4: OpenCV cannot write 96x64 pixels with the codec none at 5 images per second'
    with pytest.raises(OSError, match=expected), VideoFile(tmp_path / 'a.mp4', 5) as video:
        video.write(next(pictures(1)))
    assert list(tmp_path.iterdir()) == []


def test_images_of_another_size_are_named(tmp_path):
    with VideoFile(tmp_path / 'a.avi', 5) as video:
        video.write(next(pictures(1)))
        with pytest.raises(ValueError, match=re.escape('shape (64, 96, 3), found (4, 6, 3)')):
            video.write(np.zeros((4, 6, 3), np.uint8))


@pytest.mark.parametrize('name', ['a.webm', 'a', 'a.png'])
def test_other_formats_are_named(name):
    with pytest.raises(ValueError, match=f'{name}: expected a video that ends with one of .avi'):
        codec_of(name)
