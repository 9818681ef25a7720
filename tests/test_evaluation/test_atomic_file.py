import pytest

from mmmtl.evaluation.atomic_file import atomic_file


def test_file_appears_complete_and_alone(tmp_path):
    path = tmp_path / 'new' / 'file.txt'
    with atomic_file(path) as stream:
        stream.write(b'content')
        assert not path.exists()

    assert path.read_bytes() == b'content'
    assert list(path.parent.iterdir()) == [path]


def test_failure_keeps_the_old_file_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / 'file.txt'
    path.write_bytes(b'old')

    def fail():
        with atomic_file(path) as stream:
            stream.write(b'new')
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b'old'
    assert list(tmp_path.iterdir()) == [path]
