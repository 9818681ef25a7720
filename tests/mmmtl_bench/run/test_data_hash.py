import numpy as np
import pytest

from mmmtl_bench.run.data_hash import hash_data


class Listed:
    """A data set of files in folders ``image`` and ``seg``."""

    def __init__(self, root, names, with_labels=True):
        self.infos = []
        for name in names:
            info = dict(img_path=str(root / 'image' / f'{name}.png'))
            if with_labels:
                info['seg_map_path'] = str(root / 'seg' / f'{name}.png')
            self.infos.append(info)

    def __len__(self):
        return len(self.infos)

    def get_data_info(self, idx):
        return self.infos[idx]


def write(root, names):
    for number, name in enumerate(names):
        for folder in ('image', 'seg'):
            path = root / folder / f'{name}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(np.full(10, number, np.uint8).tobytes() + folder.encode())
    return root


NAMES = ['a', 'b', 'c', 'd', 'e']


def test_the_place_does_not_matter(tmp_path):
    first = hash_data(Listed(write(tmp_path / 'here', NAMES), NAMES))
    second = hash_data(Listed(write(tmp_path / 'far' / 'away', NAMES), NAMES))
    assert first == second
    assert list(first) == ['image', 'seg']
    assert first['image'] != first['seg']
    assert all(len(digest) == 16 for digest in first.values())


def test_kinds_are_hashed_apart(tmp_path):
    write(tmp_path, NAMES)
    alone = hash_data(Listed(tmp_path, NAMES, with_labels=False))
    assert alone == {'image': hash_data(Listed(tmp_path, NAMES))['image']}


def test_every_change_is_seen(tmp_path):
    write(tmp_path, NAMES)
    known = hash_data(Listed(tmp_path, NAMES))
    assert hash_data(Listed(tmp_path, NAMES[:-1])) != known
    assert hash_data(Listed(tmp_path, NAMES[::-1])) != known

    label = tmp_path / 'seg' / 'c.png'
    label.write_bytes(b'x' + label.read_bytes()[1:])
    changed = hash_data(Listed(tmp_path, NAMES))
    assert changed['image'] == known['image']
    assert changed['seg'] != known['seg']


def test_bytes_of_some_files_spread_over_the_set(tmp_path):
    write(tmp_path, NAMES)
    known = hash_data(Listed(tmp_path, NAMES), max_samples=3)  # a, c and e
    (tmp_path / 'image' / 'b.png').write_bytes(b'other')
    assert hash_data(Listed(tmp_path, NAMES), max_samples=3) == known
    (tmp_path / 'image' / 'e.png').write_bytes(b'other')
    assert hash_data(Listed(tmp_path, NAMES), max_samples=3) != known


def test_mistakes(tmp_path):
    with pytest.raises(ValueError, match='at least one sample'):
        hash_data(Listed(tmp_path, []))
    with pytest.raises(ValueError, match='max_samples=0'):
        hash_data(Listed(tmp_path, NAMES), max_samples=0)
    with pytest.raises(FileNotFoundError):
        hash_data(Listed(tmp_path, NAMES))
