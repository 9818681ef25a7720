import cv2
import numpy as np
import pytest

from mmmtl.apis import video_reader
from mmmtl.apis.video_reader import DEFAULT_RATE, Clip, Webcam, is_video
from tests.utils.clips import SIZE, read_clip, write_clip


def test_a_clip(tmp_path):
    path = write_clip(tmp_path / 'a.avi')
    clip = Clip(str(path))
    assert (clip.length, clip.rate) == (6, 12.5)
    images = list(clip.images())
    for found, expected in zip(images, read_clip(path)[1], strict=True):
        np.testing.assert_array_equal(found, expected)
    assert images[0].shape == (*SIZE, 3)


@pytest.mark.parametrize('content', [None, b'', b'text'])
def test_what_is_no_clip_has_no_images(tmp_path, capfd, content):
    path = tmp_path / 'a.mp4'
    if content is not None:
        path.write_bytes(content)
    clip = Clip(str(path))
    assert (list(clip.images()), clip.length, clip.rate) == ([], 0, DEFAULT_RATE)
    assert capfd.readouterr() == ('', '')


def test_a_clip_that_was_cut_gives_what_can_be_read(tmp_path):
    path = write_clip(tmp_path / 'a.avi', count=20)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    clip = Clip(str(path))
    assert 0 < len(list(clip.images())) < clip.length == 20


class Camera:
    """Stands for OpenCV's capture of a webcam with five images."""

    def __init__(self, source):
        assert source == 1
        self.left = 5

    def read(self):
        self.left -= 1
        return self.left >= 0, np.zeros((4, 6, 3), np.uint8)

    def release(self):
        pass


def test_a_webcam_is_as_fast_as_its_images_were_taken(monkeypatch):
    times = iter([0.0, 0.5, 0.75, 1.0, 3.0])
    monkeypatch.setattr(cv2, 'VideoCapture', Camera)
    monkeypatch.setattr(video_reader.time, 'monotonic', lambda: next(times))
    webcam = Webcam(1)
    assert webcam.rate == DEFAULT_RATE
    assert len(list(webcam.images())) == 5
    assert webcam.rate == pytest.approx(1 / 0.375)  # the median of 0.5, 0.25, 0.25 and 2


def test_no_webcam_is_quiet(capfd):
    assert list(Webcam(99).images()) == []
    assert capfd.readouterr() == ('', '')


def test_a_number_that_no_webcam_has_is_none():
    assert list(Webcam(20240101123456).images()) == []


def test_a_name_that_is_no_unicode_ends_no_process(tmp_path):
    path = tmp_path / '\udcff.avi'
    write_clip(tmp_path / 'a.avi').rename(path)
    assert (Clip(str(path)).length, list(Clip(str(path)).images())) == (0, [])


def test_videos_are_told_by_their_names():
    assert is_video('A.MP4')
    assert not is_video('mp4')
