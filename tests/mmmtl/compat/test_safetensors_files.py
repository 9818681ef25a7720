import builtins
import io
import json
from collections import OrderedDict

import pytest
import torch

from mmmtl.compat.checkpoint import CheckpointError, DamagedCheckpointError, load_from_local
from mmmtl.compat.safetensors_files import is_safetensors, read_safetensors, safetensors_bytes
from mmmtl.compat.sums import write_sum

safetensors_torch = pytest.importorskip('safetensors.torch')


def weights():
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    return net.state_dict()


META = {'dataset_meta': {'classes': ('road', 'car')}, 'epoch': 3}


def test_weights_and_what_is_said_beside_them_come_back(tmp_path):
    expected = weights()
    content = safetensors_bytes(expected, META)
    path = tmp_path / 'a.safetensors'
    path.write_bytes(content)
    for read in (load_from_local(str(path)), read_safetensors(io.BytesIO(content))):
        assert list(read) == ['state_dict', 'meta']
        assert read['meta'] == {'dataset_meta': {'classes': ['road', 'car']}, 'epoch': 3}
        found = read['state_dict']
        assert set(found) == set(expected)
        assert all(torch.equal(found[name], value) for name, value in expected.items())
        assert found._metadata == expected._metadata


def test_tensors_that_share_their_numbers_are_written_one_by_one():
    whole = torch.arange(6.0).view(2, 3)
    content = safetensors_bytes({'a': whole, 'b': whole, 'c': whole.T}, {})
    found = read_safetensors(io.BytesIO(content))['state_dict']
    assert torch.equal(found['b'], whole)
    assert torch.equal(found['c'], whole.T)


def test_files_of_others(tmp_path):
    path = tmp_path / 'model.pth'  # the content counts, not the name
    safetensors_torch.save_file({'a': torch.ones(2)}, path, {'format': 'pt'})
    assert is_safetensors(path)
    read = load_from_local(str(path), 'meta')
    assert list(read) == ['state_dict']
    assert read['state_dict']['a'].device.type == 'meta'


@pytest.mark.parametrize(
    'content', [b'', b'{}', bytes(9), b'\x02' + bytes(7) + b'x', b'PK\x03\x04']
)
def test_other_files(content):
    stream = io.BytesIO(content)
    assert not is_safetensors(stream)
    assert stream.tell() == 0


def with_header(header, numbers=b'\0' * 4):
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(head).to_bytes(8, 'little') + head + numbers


FLOAT = {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}


@pytest.mark.parametrize(
    'content',
    [
        with_header({'a': {**FLOAT, 'data_offsets': [0, 8]}}),
        with_header({'a': {**FLOAT, 'shape': [2**60]}}),
        with_header({'a': {**FLOAT, 'dtype': 'O'}}),
        with_header({'a': FLOAT, 'b': FLOAT}),
        with_header({'a': FLOAT}, b'\0' * 9),
        with_header({'a': FLOAT}, b''),
        with_header(b'{"a": ' * 10_000),
        with_header(b'{' + b' ' * 40),
        with_header({'a': FLOAT, '__metadata__': {'meta': '[' * 200_000}}),
        with_header({'a': FLOAT, '__metadata__': {'meta': 'x'}}),
        with_header({'a': FLOAT, '__metadata__': {'meta': 1}}),
        b'\xff\xff\xff\x04' + bytes(4) + b'{',
    ],
)
def test_crafted_files_are_refused_in_one_line(tmp_path, content):
    path = tmp_path / 'a.safetensors'
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r'a\.safetensors: expected a file of') as caught:
        load_from_local(str(path))
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize('meta', ['3', '[]', 'null'])
def test_what_is_said_must_be_values_by_key(tmp_path, meta):
    path = tmp_path / 'a.safetensors'
    path.write_bytes(with_header({'a': FLOAT, '__metadata__': {'meta': meta}}))
    assert list(load_from_local(str(path))) == ['state_dict']


def test_code_in_the_config_is_dropped_and_nan_is_refused(tmp_path):
    path = tmp_path / 'a.safetensors'
    path.write_bytes(safetensors_bytes({'a': torch.ones(1)}, {'config': 'exit()', 'epoch': 1}))
    assert load_from_local(str(path))['meta'] == {'epoch': 1}
    path.write_bytes(safetensors_bytes({'a': torch.tensor(float('nan'))}, {}))
    with pytest.raises(CheckpointError, match='found NaN in a'):
        load_from_local(str(path))


def test_a_file_that_is_not_its_sum(tmp_path):
    path = tmp_path / 'a.safetensors'
    content = safetensors_bytes({'a': torch.ones(1)}, {})
    path.write_bytes(content)
    write_sum(path)
    path.write_bytes(content[:-1] + b'\1')
    with pytest.raises(DamagedCheckpointError, match='its sum is not that in'):
        load_from_local(str(path))


def test_without_safetensors(tmp_path, monkeypatch):
    content = safetensors_bytes(OrderedDict(a=torch.ones(1)), {})
    path = tmp_path / 'a.safetensors'
    path.write_bytes(content)
    monkeypatch.setattr(builtins, '__import__', _refuse(builtins.__import__))
    with pytest.raises(ImportError, match=r'a\.safetensors.*pip install .safetensors'):
        load_from_local(str(path))
    with pytest.raises(ImportError, match='pip install'):
        safetensors_bytes({}, {})


def _refuse(real):
    def imported(name, *rest):
        if name.startswith('safetensors'):
            raise ImportError(name)
        return real(name, *rest)

    return imported
