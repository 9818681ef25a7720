import hashlib
import io
import zipfile

import pytest
import torch

from mmmtl.compat.storage import AtomicLocalBackend
from mmmtl.compat.sums import find_damage, sum_beside
from tests.utils.damage import flip_in_tensor


def saved(path, **options):
    torch.save(dict(state_dict=dict(a=torch.arange(64.0))), path, **options)
    return path


def test_a_whole_file_has_no_damage(tmp_path):
    path = saved(tmp_path / 'a.pth')
    assert find_damage(path) is None
    with path.open('rb') as stream:
        stream.seek(3)
        assert find_damage(stream) is None
        assert stream.tell() == 3


def test_a_flipped_bit_in_a_tensor_is_found(tmp_path):
    path = flip_in_tensor(saved(tmp_path / 'a.pth'))
    assert torch.load(path)['state_dict']['a'][32] != 32  # torch does not see it
    assert find_damage(path) == 'it is damaged (the sum of data/0 is not that of its bytes)'
    assert find_damage(io.BytesIO(path.read_bytes())) == find_damage(path)


def test_any_flipped_byte_of_a_record_is_found(tmp_path):
    path = saved(tmp_path / 'a.pth')
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        (pickled,) = (e for e in archive.infolist() if e.filename.endswith('data.pkl'))
    start = whole.index(b'\x80\x02', pickled.header_offset)
    for position in range(start, start + pickled.file_size, 7):
        damaged = bytearray(whole)
        damaged[position] ^= 1
        path.write_bytes(damaged)
        assert 'sum of data.pkl' in find_damage(path)


def test_an_archive_that_was_written_without_sums_is_not_judged(tmp_path):
    before = torch.serialization.get_crc32_options()
    torch.serialization.set_crc32_options(False)
    try:
        path = saved(tmp_path / 'a.pth')
    finally:
        torch.serialization.set_crc32_options(before)
    assert find_damage(path) is None


@pytest.mark.parametrize('name', ['old.pth', 'a.safetensors'])
def test_formats_without_sums_get_one_beside_them(tmp_path, name):
    content = io.BytesIO()
    saved(content, _use_new_zipfile_serialization=False)
    path = tmp_path / name
    AtomicLocalBackend().put(content.getvalue(), path)
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    assert sum_beside(path).read_text() == f'{digest}  {name}\n'  # as sha256sum reads it
    assert find_damage(path) is None
    path.write_bytes(content.getvalue()[:-1] + b'x')
    assert find_damage(path) == f'it is damaged (its sum is not that in {path}.sha256)'
    AtomicLocalBackend().put(content.getvalue() * 2, path)
    assert find_damage(path) is None


def test_archives_and_other_files_get_no_sum(tmp_path):
    content = io.BytesIO()
    saved(content)
    AtomicLocalBackend().put(b'old', tmp_path / 'a.pth')
    AtomicLocalBackend().put(content.getvalue(), tmp_path / 'a.pth')
    AtomicLocalBackend().put(b'text', tmp_path / 'a.txt')
    assert sorted(path.name for path in tmp_path.iterdir()) == ['a.pth', 'a.txt']
