from pathlib import Path

import numpy as np
import pytest

from mmmtl.apis.input_sources import FolderSources, Source, find_sources, stem_of
from mmmtl.apis.video_reader import Webcam
from tests.utils.clips import write_clip


@pytest.fixture
def root(tmp_path):
    # as sorted paths, '-' and '.' come before '/'
    for name in ('a/x.png', 'a-b.png', 'a-b/y.png', 'a.JPG', 'a/list.txt', 'b.mp4', 'Z.png'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_a_folder_in_the_order_of_its_paths(root):
    sources = FolderSources(str(root))
    names = [Path(source.content).relative_to(root).as_posix() for source in sources]
    expected = ['Z.png', 'a-b.png', 'a-b/y.png', 'a.JPG', 'a/x.png', 'b.mp4']
    assert names == sorted(names) == expected
    assert [source.name for source in sources] == ['Z', 'a-b', 'a-b/y', 'a', 'a/x', 'b.mp4']


def test_it_is_listed_anew_each_time(root):
    sources = find_sources(root)
    before = len(list(sources))
    (root / 'new.png').touch()
    assert len(list(sources)) == before + 1


def test_what_is_no_folder(tmp_path):
    (source,) = find_sources(tmp_path / 'street.view.png')
    assert (source.name, source.length, source.video) == ('street.view', 1, None)
    (source,) = find_sources(np.zeros((4, 6, 3), np.uint8))
    assert (source.name, source.origin) == ('image', 'the array')
    assert stem_of('https://host/deep/street.png?size=2') == 'street'


def test_one_file_is_one_however_it_is_written(root, monkeypatch):
    monkeypatch.chdir(root)
    paths = ('Z.png', './a/../Z.png', str(root / 'Z.png'))
    assert len({Source('Z', path, path).identity for path in paths}) == 1


def test_a_webcam_has_images_without_an_end(monkeypatch):
    images = [np.zeros((4, 6, 3), np.uint8)] * 2
    webcam = Webcam(3)
    monkeypatch.setattr(webcam, 'images', lambda: iter(images))
    (source,) = find_sources(webcam)
    assert (source.name, source.origin, source.length) == ('webcam_3', 'webcam 3', None)
    *frames, last = source.frames()
    assert [frame.name for frame in frames] == ['webcam_3/000000', 'webcam_3/000001']
    with pytest.raises(ValueError, match='webcam 3: expected a camera that gives .* after 2'):
        last.load()


def test_a_video_that_ends_early_is_a_warning_or_an_error(tmp_path):
    path = write_clip(tmp_path / 'a.avi', count=20)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (source,) = find_sources(path)
    frames = list(source.frames())
    *whole, last = source.frames(whole=True)
    assert 0 < len(frames) == len(whole) < 20
    with pytest.raises(ValueError, match=f'{len(frames)} frames could be read, its header says 20'):
        last.load()
