import tracemalloc
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.apis import input_sources
from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.input_share import InputShare
from mmmtl.apis.video_reader import Webcam
from tests.utils.clips import write_clip


@pytest.fixture
def make(tmp_path):
    """Writes images, each of one grey that its place in the list gives."""

    def write(*names):
        for grey, name in enumerate(names):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), np.full((4, 6, 3), grey, np.uint8))
        return tmp_path

    return write


def names(inputs):
    return [frame.name for frame in InputImages(inputs)]


def greys(inputs):
    return [int(frame.load()[0, 0, 0]) for frame in InputImages(inputs)]


def test_a_folder_is_walked_in_the_order_of_its_names(make):
    root = make('b.png', 'a/z.JPG', 'a/c.tif', 'a.png')
    (root / 'a' / 'list.txt').write_text('no image')
    assert names(root) == ['a', 'a/c', 'a/z', 'b']
    assert greys(root) == [3, 2, 1, 0]
    assert len(InputImages(str(root))) == 4
    assert not InputImages(root).is_single


def test_names_are_paths_below_the_folder_in_common(make):
    root = make('x/a.png', 'y/a.png', 'x/b/a.png')
    paths = [root / f for f in ('x/a.png', 'y/a.png', 'x/b/a.png')]
    assert names(paths) == ['x/a', 'y/a', 'x/b/a']
    assert names([root / 'x', root / 'y', paths[0]]) == ['x/a', 'x/b/a', 'y/a', 'x/a']
    InputImages(paths).check_names('out')


@pytest.mark.parametrize('other', ['x/a.bmp', 'x/A.webp'])
def test_images_whose_files_would_be_the_same_are_named(make, other):
    root = make('x/a.png', other, 'y/a.png')
    first, second = sorted(['x/a.png', other])
    message = f'{second} and .*{first} would both be written to out/x/.*{Path(second).stem}'
    with pytest.raises(ValueError, match=message):
        InputImages(root).check_names('out')
    assert len(names(root)) == 3  # without files they may have one name


def test_the_same_image_may_come_twice(make, monkeypatch):
    root = make('x/a.png', 'x/missing.png')
    monkeypatch.chdir(root / 'x')
    InputImages(['a.png', root / 'x' / 'a.png', root]).check_names('out')


def test_names_of_arrays_and_addresses():
    image = np.zeros((4, 6, 3), np.uint8)
    assert names(image) == ['image']
    assert names([image, 'https://host/deep/street.png?size=2', image]) == [
        'image_000000',
        'street',
        'image_000002',
    ]
    assert InputImages(image).is_single
    assert InputImages('https://host/street.png').is_single


def test_relative_and_absolute_paths_meet(make, monkeypatch):
    root = make('x/a.png', 'y/b.png')
    monkeypatch.chdir(root / 'x')
    assert names(['a.png', '../y/b.png', str(root / 'y' / 'b.png')]) == ['x/a', 'y/b', 'y/b']


def write_video(path, count):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'MJPG'), 10, (64, 48))
    for index in range(count):
        writer.write(np.full((48, 64, 3), 8 * index, np.uint8))
    writer.release()
    return path


def test_videos_in_a_folder(make):
    root = make('v/000000.png', 'w.png')
    write_video(root / 'v.avi', 3)
    assert names(root) == ['v.avi/000000', 'v.avi/000001', 'v.avi/000002', 'v/000000', 'w']
    assert len(InputImages(root)) == 5
    found = greys(root / 'v.avi')
    np.testing.assert_allclose(found, [0, 8, 16], atol=2)
    assert not InputImages(root / 'v.avi').is_single


def test_a_cut_video_gives_what_can_be_read(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(input_sources, 'print_log', lambda text, **_: said.append(text))
    path = write_video(tmp_path / 'v.avi', 30)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    found = greys(path)
    assert 0 < len(found) < 30
    assert found[1] == pytest.approx(8, abs=2)
    assert said == [f'{path}: {len(found)} frames could be read, its header says 30.']


def test_what_cannot_be_read_fails_when_it_is_loaded(make):
    root = make('a.png')
    (root / 'empty').mkdir()
    (root / 'bad.mp4').write_text('text')
    inputs = [root / 'a.png', root / 'empty', root / 'nowhere.png', root / 'bad.mp4']
    frames = list(InputImages(inputs))
    assert [frame.name for frame in frames] == ['a', 'empty', 'nowhere', 'bad.mp4']
    frames[0].load()
    with pytest.raises(ValueError, match='empty: expected images or videos in the folder'):
        frames[1].load()
    with pytest.raises(FileNotFoundError, match='nowhere.png: no such file'):
        frames[2].load()
    with pytest.raises(ValueError, match='bad.mp4: missing, not a video'):
        frames[3].load()


def test_an_empty_folder_alone(tmp_path):
    with pytest.raises(ValueError, match='expected images or videos in the folder, found none'):
        InputImages(tmp_path)


def test_images_of_pillow(make):
    image = Image.new('L', (6, 4), 7)
    assert names(image) == ['image']
    assert InputImages(image).is_single
    assert greys([image, Image.new('I;16', (6, 4), 2560)]) == [7, 10]
    (frame,) = InputImages([Image.new('F', (6, 4))])
    with pytest.raises(ValueError, match=r'inputs\[0\]: floats are no colours of known range'):
        frame.load()


@pytest.mark.parametrize(
    ('inputs', 'message'),
    [
        (torch.zeros(3, 4, 6), r'inputs: expected a path, .*, found a torch.Tensor'),
        ([torch.zeros(3, 4, 6)], r'inputs\[0\]: expected a path, .*, found a torch.Tensor'),
        (b'a.png', 'found a builtins.bytes'),
        (7, 'found a builtins.int'),
    ],
)
def test_other_inputs_are_named(inputs, message):
    with pytest.raises(ValueError, match=message):
        InputImages(inputs)


def test_an_address_that_nobody_reads_is_named(make):
    with pytest.raises(ValueError, match='^file:///a.png: expected .*, found file://'):
        InputImages('file:///a.png')
    good, bad = InputImages([str(make('a.png')), 'ftp://host/b.png'])
    assert good.load() is not None
    with pytest.raises(ValueError, match='^ftp://host/b.png: expected a path'):
        bad.load()


def test_every_kind_of_file_that_is_read_is_found_in_a_folder(tmp_path):
    image = Image.new('RGB', (64, 64), (5, 5, 5))
    image.save(tmp_path / 'a.JP2')
    image.save(tmp_path / 'b.jfif', 'JPEG')
    np.savez(tmp_path / 'c.npz', np.full((4, 6, 3), 7, np.uint8))
    assert greys(tmp_path) == [5, 5, 7]


def test_shares_and_what_is_left_out(make):
    root = make(*(f'{number}.png' for number in range(20)))
    every = names(root)
    shares = [InputImages(root, InputShare(number, 3)) for number in (1, 2, 3)]
    parts = [[frame.name for frame in share] for share in shares]
    assert sorted(sum(parts, [])) == sorted(every)
    assert [len(share) for share in shares] == [len(part) for part in parts]
    assert all(0 < len(part) < 20 for part in parts)

    images = InputImages(root)
    assert len(images) == 20
    images.leave_out(lambda name: name in parts[0])
    assert [frame.name for frame in images] == [name for name in every if name not in parts[0]]
    assert images.left_out == len(parts[0])
    assert len(images) == 20 - len(parts[0])


def test_a_large_folder_is_not_held(make):
    root = make('deep/a.png')
    for number in range(4_000):
        (root / 'deep' / f'a_rather_long_name_of_an_image_{number:06d}.png').touch()
    images = InputImages(root)
    tracemalloc.start()
    images.check_names('out')
    assert len(images) == sum(1 for _ in images) == 4_001
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_001 * 400  # the names of one folder, and eight bytes an image


def test_a_video_is_told_from_other_inputs(tmp_path):
    clip = write_clip(tmp_path / 'a.avi')
    assert InputImages(clip).video.path == str(clip)
    assert not InputImages(clip).is_endless
    assert len(InputImages(clip)) == 6
    webcam = Webcam(0)
    for inputs in (webcam, [str(clip), webcam]):
        images = InputImages(inputs)
        assert (images.is_endless, images.is_single) == (True, False)
        with pytest.raises(ValueError, match='the images of a webcam never end'):
            len(images)
    assert InputImages(webcam).video is webcam
    for inputs in (tmp_path, [str(clip)] * 2, tmp_path / 'a.png', np.zeros((4, 6, 3), np.uint8)):
        assert InputImages(inputs).video is None
