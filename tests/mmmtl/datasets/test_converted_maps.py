from io import BytesIO

import numpy as np
import pytest
from mmengine.logging import MMLogger
from PIL import Image

from mmmtl.datasets import converted_maps
from mmmtl.datasets.converted_maps import ConvertedMaps

SIZE = (3, 4)


def spread(content, path, size):
    """The first byte of a file, everywhere; with its path, so that 'bad' can be refused."""
    if content == b'bad':
        raise ValueError(f'{path}: bad.')
    return np.full(size, content[0] * 200, np.uint16)


def never(content, path, size):
    raise AssertionError(f'{path} was computed')


@pytest.fixture
def slow(tmp_path):
    path = tmp_path / 'a.mat'
    path.write_bytes(b'\x03')
    return path


@pytest.fixture
def make(tmp_path):
    def maps(compute=spread, how='spread 1', name='maps'):
        return ConvertedMaps(name, compute, how, str(tmp_path / 'converted'))

    return maps


def read(maps, path):
    return maps.read(str(path), dict(ori_shape=SIZE))


def test_a_converted_map_is_not_computed(make, slow, tmp_path):
    plain = read(ConvertedMaps('maps', spread, 'spread 1'), slow)
    make().write(str(slow), SIZE)
    found = read(make(never), slow)
    np.testing.assert_array_equal(found, plain)
    assert found.dtype == plain.dtype == np.uint16
    assert [path.name for path in (tmp_path / 'converted/maps').iterdir()] == ['a.png']


def test_any_viewer_shows_it(make, slow, tmp_path):
    make().write(str(slow), SIZE)
    with Image.open(tmp_path / 'converted/maps/a.png') as picture:
        assert (np.asarray(picture) == 600).all()


def test_what_is_not_converted_is_computed_without_a_word(make, slow, monkeypatch):
    monkeypatch.setattr(converted_maps, '_warn_once', never)
    assert (read(make(), slow) == 600).all()


@pytest.mark.parametrize('change', ['content', 'how', 'other tool'])
def test_a_map_of_something_else_is_computed_and_said_once(
    make, slow, tmp_path, monkeypatch, change
):
    make().write(str(slow), SIZE)
    converted = tmp_path / 'converted/maps/a.png'
    if change == 'content':
        slow.write_bytes(b'\x02')
    if change == 'other tool':
        Image.fromarray(np.zeros(SIZE, np.uint8)).save(converted)
    maps = make(how='spread 2' if change == 'how' else 'spread 1')
    said = []
    logger = MMLogger.get_instance(f'converted {change} {tmp_path}')
    monkeypatch.setattr(logger, 'log', lambda level, text: said.append(text))
    monkeypatch.setattr(MMLogger, 'get_current_instance', lambda: logger)
    for _ in range(2):
        assert (read(maps, slow) == (400 if change == 'content' else 600)).all()
    (text,) = said
    assert text.startswith(f'{tmp_path}/converted/maps: made of other files')
    maps.write(str(slow), SIZE)
    assert (read(make(never, maps.how), slow) == (400 if change == 'content' else 600)).all()


def test_what_is_right_is_kept(make, slow, tmp_path):
    make().write(str(slow), SIZE)
    stamp = (tmp_path / 'converted/maps/a.png').stat().st_mtime_ns
    make(never).write(str(slow), SIZE)
    assert (tmp_path / 'converted/maps/a.png').stat().st_mtime_ns == stamp


@pytest.mark.parametrize('length', [0, 20, -20])
def test_a_broken_map_is_named_and_renewed(make, slow, tmp_path, length):
    make().write(str(slow), SIZE)
    path = tmp_path / 'converted/maps/a.png'
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    with pytest.raises(ValueError, match=r'converted/maps/a\.png: truncated or broken') as error:
        read(make(), slow)
    assert '\n' not in str(error.value)
    make().write(str(slow), SIZE)
    assert path.read_bytes() == whole


def test_nothing_is_left_of_what_cannot_be_computed(make, slow, tmp_path):
    slow.write_bytes(b'bad')
    with pytest.raises(ValueError, match=r'a\.mat: bad'):
        make().write(str(slow), SIZE)
    slow.unlink()
    for call in (make().write, make().encode):
        with pytest.raises(FileNotFoundError, match=r'a\.mat: no such file'):
            call(str(slow), SIZE)
    assert not (tmp_path / 'converted').exists()


def test_the_file_does_not_depend_on_the_time(make, slow):
    one, other = (make().encode(str(slow), SIZE) for _ in range(2))
    assert one == other
    with Image.open(BytesIO(one)) as picture:
        assert len(picture.info['computed-from']) == 32
