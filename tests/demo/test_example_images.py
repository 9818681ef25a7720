from pathlib import Path

import pytest
from example_images import find_examples, write_examples
from PIL import Image


def test_examples(tmp_path):
    paths = write_examples(tmp_path, count=1, supersample=1)
    assert [Path(path).name for path in paths] == ['street_0.png', 'room_0.png']
    assert [Image.open(path).size for path in paths] == [(512, 256), (384, 288)]
    assert find_examples(tmp_path) == sorted(paths)
    (tmp_path / 'empty').mkdir()
    with pytest.raises(ValueError, match='--examples: expected images in .*empty, found none'):
        find_examples(tmp_path / 'empty')


def test_only_images_are_found_and_in_the_order_of_their_names(tmp_path):
    for name in ('b.JPG', 'a.png', 'notes.txt', 'c.npy', 'd.npz'):
        (tmp_path / name).touch()
    assert find_examples(tmp_path) == [str(tmp_path / 'a.png'), str(tmp_path / 'b.JPG')]


def test_a_folder_that_is_none_is_named(tmp_path):
    with pytest.raises(ValueError, match='--examples: expected a folder, found none at .*gone'):
        find_examples(tmp_path / 'gone')
