import pytest

from mmmtl.datasets import sample_files
from mmmtl.datasets.sample_files import check_files, find_file, list_files, read_names


@pytest.mark.parametrize('content', [b'\xef\xbb\xbfa\r\nb c\r\n\r\n', b'a\n b c \n', b'a\rb c'])
def test_a_list_of_names_from_any_editor(tmp_path, content):
    path = tmp_path / 'names.txt'
    path.write_bytes(content)
    assert read_names(str(path)) == ['a', 'b c']


def test_a_list_in_another_encoding_is_named(tmp_path):
    path = tmp_path / 'names.txt'
    path.write_bytes('ab'.encode('utf-16'))
    with pytest.raises(ValueError, match='names.txt: expected a list of names in UTF-8'):
        read_names(str(path))


def test_suffixes_of_any_case_are_found(tmp_path):
    for name in ('a.jpg', 'b.JPG', 'c.jpeg', 'deep/d.Jpg', '.e.jpg'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    expected = dict(a='a.jpg', b='b.JPG', **{'deep/d': 'deep/d.Jpg'})
    assert list_files(str(tmp_path), '.jpg') == expected
    assert list_files(str(tmp_path), '.JPG') == expected
    (tmp_path / 'a.JPG').touch()
    with pytest.raises(ValueError, match=r'expected one file for each name, found a\.'):
        list_files(str(tmp_path), '.jpg')


def test_one_file_is_found_with_a_suffix_in_capitals(tmp_path):
    for name in ('a.mat', 'b.MAT', 'c.mat', 'c.MAT'):
        (tmp_path / name).touch()
    found = [find_file(str(tmp_path), name, '.mat') for name in 'abcd']
    assert found == [str(tmp_path / name) for name in ('a.mat', 'b.MAT', 'c.mat', 'd.mat')]


def test_missing_files_are_named():
    check_files('Set', 'ids', '.png', ['a'], dict(a='a.png'))
    with pytest.raises(FileNotFoundError, match=r'^Set: 1 missing file\(s\): ids/b\.png\.$'):
        check_files('Set', 'ids', '.png', 'ab', dict(a='a.png'))


def test_the_longest_of_several_ends_counts():
    assert sample_files.without_suffix('a/0_rgb.PNG', ['.png', '_rgb.png']) == 'a/0'
    assert sample_files.without_suffix('a/0.tif', ['.png', '.jpg']) is None
    assert sample_files.suffix_text(['.jpg', '.png']) == '{.jpg,.png}'
