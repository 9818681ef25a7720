import gc
import weakref

import numpy as np
import pytest

from mmmtl.apis import Webcam
from mmmtl.apis.prediction import Prediction
from mmmtl.apis.prediction_pictures import PLAIN, PictureStyle
from mmmtl.apis.prediction_video import FrameDrawing, write_prediction_video
from mmmtl.tasks import build_tasks
from tests.utils.clips import read_clip, write_clip

NAMES = tuple(f'class {number}' for number in range(12))
TASKS = build_tasks(
    dict(parts=dict(type='ClassTask', classes=NAMES), height=dict(type='ScalarTask', unit='m'))
)
RANGES = {'height': (0, 10)}


def prediction(number=0, error=None, shape=(64, 96)):
    image = np.full((*shape, 3), 100, np.uint8)
    if error is not None:
        return Prediction(str(number), f'frame {number}', image, {}, ValueError(error))
    maps = dict(
        parts=np.full(shape, number % len(NAMES)), height=np.full(shape, number, np.float32)
    )
    return Prediction(str(number), f'frame {number}', image, maps)


def drawing(style=PLAIN):
    style = PictureStyle(style.opacity, RANGES)
    return FrameDrawing(TASKS, style.painters(TASKS), style)


def test_a_picture_for_each_image_at_the_same_rate(tmp_path):
    path = tmp_path / 'a.avi'
    stream = (prediction(number) for number in range(4))
    report = write_prediction_video(stream, path, lambda: 12.5, drawing())
    assert (report.frames, report.failed, report.errors) == (4, 0, [])
    rate, found = read_clip(path)
    assert (rate, len(found)) == (12.5, 4)
    assert found[0].shape[0] > 64
    assert abs(found[0].astype(int) - found[3]).max() > 100


def test_colours_and_keys_do_not_change_from_picture_to_picture():
    draw = drawing()
    first, other = (draw.draw(prediction(number)) for number in (0, 11))
    again = draw.draw(prediction(0))
    np.testing.assert_array_equal(first, again)
    rows = np.argwhere((first != other).any(axis=-1))[:, 0]
    below = first[rows.max() + 1 :]
    assert len(np.unique(below.reshape(-1, 3), axis=0)) > len(NAMES)  # all classes are named


def test_an_overlay_has_the_images_size_for_each_task():
    picture = drawing(PictureStyle(0.5)).draw(prediction(3))
    assert picture.shape == (64, 2 * 96, 3)
    assert not (picture == 100).all(axis=-1).any()
    blank = drawing(PictureStyle(0.5)).draw(prediction(3, 'broken'))
    assert (blank == 100).all()


def test_an_image_without_a_prediction_is_shown_alone(tmp_path):
    path = tmp_path / 'a.avi'
    stream = [
        prediction(0, 'too early'),
        prediction(1),
        prediction(2, 'not finite'),
        Prediction('a', 'a', None, {}, ValueError('a.mp4: 4 frames could be read')),
    ]
    report = write_prediction_video(iter(stream), path, lambda: 5.0, drawing())
    assert (report.frames, report.failed) == (2, 3)
    assert report.errors == ['too early', 'not finite', 'a.mp4: 4 frames could be read']
    blank = read_clip(path)[1][1]
    assert (abs(blank.astype(int) - 244).max(axis=-1) < 6).sum() > 2 * 64 * 96


def test_without_an_image_there_is_no_video(tmp_path):
    broken = Prediction('a', 'a', None, {}, ValueError('a.mp4: missing'))
    for stream, message in (([broken], 'a.mp4: missing'), ([], 'b.avi: no images to write')):
        with pytest.raises(ValueError, match=message):
            write_prediction_video(iter(stream), tmp_path / 'b.avi', lambda: 5.0, drawing())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('endless', [True, False])
def test_an_interrupt_ends_the_video_of_a_webcam_alone(tmp_path, endless):
    def interrupted():
        yield from (prediction(number) for number in range(3))
        raise KeyboardInterrupt

    path = tmp_path / 'a.avi'
    arguments = (interrupted(), path, lambda: 5.0, drawing(), endless)
    if endless:
        assert write_prediction_video(*arguments).frames == 3
        assert len(read_clip(path)[1]) == 3
    else:
        with pytest.raises(KeyboardInterrupt):
            write_prediction_video(*arguments)
        assert list(tmp_path.iterdir()) == []


def test_a_long_video_is_not_held(tmp_path):
    alive: list[weakref.ref] = []
    most = []

    def many():
        for number in range(400):
            one = prediction(number, None if number % 2 == 0 else f'error {number}')
            alive.append(weakref.ref(one.image))
            yield one
            del one
            gc.collect(0)
            most.append(sum(image() is not None for image in alive))

    path = tmp_path / 'a.avi'
    report = write_prediction_video(many(), path, lambda: 5.0, drawing(PictureStyle(0.5)))
    assert (report.frames, report.failed, len(report.errors)) == (400, 200, 100)
    assert max(most) <= 2


def test_a_video_of_a_video(inferencer, tmp_path):
    clip = write_clip(tmp_path / 'clip.avi', count=5)
    report = inferencer.write_video(clip, tmp_path / 'out.mp4', batch_size=2)
    assert (report.frames, report.errors) == (5, [])
    rate, found = read_clip(tmp_path / 'out.mp4')
    assert (rate, len(found)) == (12.5, 5)
    assert found[0].shape[1] > 4 * 96


def test_what_no_video_can_be_made_of(inferencer, images, tmp_path):
    clip = write_clip(tmp_path / 'clip.avi')
    out = tmp_path / 'out.mp4'
    for given, target, message in (
        (clip, clip, 'expected another file than that of the input'),
        (clip, tmp_path / 'out.gif', 'out.gif: expected a video that ends with one of'),
        (tmp_path, out, 'expected a video or a webcam for .*out.mp4, found neither'),
        (images[0], out, 'expected a video or a webcam'),
        (tmp_path / 'none.mp4', out, 'none.mp4: missing, not a video'),
    ):
        with pytest.raises(ValueError, match=message):
            inferencer.write_video(given, target)
    with pytest.raises(ValueError, match='a webcam never ends'):
        inferencer(Webcam(0))
    assert [path.name for path in tmp_path.iterdir()] == ['clip.avi']


def test_a_webcam_is_a_video_until_it_is_interrupted(inferencer, images, tmp_path, monkeypatch):
    def interrupted():
        yield from images[:1] * 6
        raise KeyboardInterrupt

    webcam = Webcam(0)
    monkeypatch.setattr(webcam, 'images', interrupted)
    count = inferencer.write_video(webcam, tmp_path / 'out.avi').frames
    assert count == 5  # the last one waited for its successor, which might join its batch
    assert len(read_clip(tmp_path / 'out.avi')[1]) == count
