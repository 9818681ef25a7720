import pytest

from mmmtl.files import atomic_file, write_atomically


def test_a_file_appears_whole(tmp_path):
    path = tmp_path / 'new' / 'a.txt'
    write_atomically(path, 'ä')
    assert path.read_bytes() == 'ä'.encode()
    write_atomically(path, b'b')
    assert path.read_bytes() == b'b'
    assert [p.name for p in path.parent.iterdir()] == ['a.txt']


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / 'a.txt'
    write_atomically(path, 'old')

    def interrupted():
        with atomic_file(path) as stream:
            stream.write(b'half')
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == 'old'
    assert [p.name for p in tmp_path.iterdir()] == ['a.txt']
