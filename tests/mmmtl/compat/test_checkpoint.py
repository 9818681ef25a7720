import functools
import http.server
import os
import pickle
import threading
import zipfile
from collections import OrderedDict

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer, MessageHub
from mmengine.runner import CheckpointLoader
from mmengine.runner.checkpoint import _load_checkpoint, load_from_http
from torch.serialization import add_safe_globals, get_safe_globals, safe_globals

from mmmtl.compat import patch_stack
from mmmtl.compat.checkpoint import (
    CheckpointError,
    UnsafeCheckpointError,
    load_from_local,
    read_checkpoint,
)
from mmmtl.compat.pickled import DTYPES
from tests.utils.toy.crafted_files import PAYLOADS, Call, run_unrestricted, write_malicious

SCALAR = np.float64(0).__reduce__()[0]  # numpy's private constructor of numbers
RECONSTRUCT = np.zeros(1).__reduce__()[0]


def save(path, value, **options):
    torch.save(dict(value=value), path, **options)
    return str(path)


def reload(path, value):
    return load_from_local(save(path, value))['value']


@pytest.fixture
def file(tmp_path):
    return tmp_path / 'file.pth'


# What must load


@pytest.mark.parametrize('code', sorted(DTYPES))
def test_numbers_and_arrays_of_every_allowed_dtype(file, code):
    array = np.arange(6).reshape(2, 3).astype(code)
    for value in (array, np.asfortranarray(array), array[:, ::2], array[:0], np.array(array[0, 1])):
        loaded = reload(file, value)
        np.testing.assert_array_equal(loaded, value)
        assert type(loaded) is np.ndarray
        assert loaded.dtype == value.dtype
        assert loaded.flags.writeable
    number = array[1, 1]
    assert reload(file, number) == number
    assert type(reload(file, number)) is type(number)
    assert reload(file, array.dtype) == array.dtype


def test_byte_order_is_kept(file):
    array = np.arange(3, dtype='>i4')
    loaded = reload(file, array)
    np.testing.assert_array_equal(loaded, array)
    assert loaded.dtype == array.dtype


def test_history_buffer_is_restored(file):
    buffer = HistoryBuffer([1.0, 3.0], [1, 1])
    loaded = reload(file, buffer)
    assert type(loaded) is HistoryBuffer
    assert loaded.statistics('mean') == 2
    assert loaded.max_length == buffer.max_length
    loaded.update(5.0)
    assert loaded.current() == 5


def test_a_restored_buffer_can_be_saved_again(file):
    assert reload(file, reload(file, HistoryBuffer([1.0], [1]))).mean() == 1


def test_message_hub_is_restored(file):
    hub = MessageHub('hub_to_save')
    hub.update_scalar('train/loss', 0.5)
    hub.update_info('best_score', np.float64(0.25))
    other = MessageHub('hub_to_load')
    other.load_state_dict(reload(file, hub.state_dict()))
    assert other.get_scalar('train/loss').current() == 0.5
    assert other.get_info('best_score') == 0.25


def test_containers_keep_type_sharing_and_attributes(file):
    weights = OrderedDict(a=torch.ones(2))
    weights._metadata = OrderedDict({'': dict(version=2)})
    shared = [np.float32(1), (np.arange(2), None, True)]
    cyclic = [shared, shared]
    cyclic.append(cyclic)
    loaded = reload(file, dict(weights=weights, cyclic=cyclic, size=torch.Size([1, 2]), tags={'x'}))
    assert type(loaded['weights']) is OrderedDict
    assert loaded['weights']._metadata == weights._metadata
    assert loaded['cyclic'][0] is loaded['cyclic'][1]
    assert loaded['cyclic'][2] is loaded['cyclic']
    assert type(loaded['size']) is torch.Size
    assert loaded['tags'] == {'x'}


def test_files_of_numpy_1_are_read(file):
    save(file, [np.float64(2), np.arange(3)], _use_new_zipfile_serialization=False)
    old = file.read_bytes().replace(b'numpy._core.multiarray', b'numpy.core.multiarray')
    file.write_bytes(old)
    assert b'numpy.core' in old
    number, array = load_from_local(str(file))['value']
    assert number == 2
    np.testing.assert_array_equal(array, np.arange(3))


def test_map_location_is_passed_on(file):
    save(file, torch.zeros(1))
    assert load_from_local(str(file), 'meta')['value'].device.type == 'meta'


def test_home_and_streams_are_understood(file, monkeypatch):
    monkeypatch.setenv('HOME', str(file.parent))
    save(file, 1)
    assert load_from_local(f'~/{file.name}')['value'] == 1
    with file.open('rb') as stream:
        assert read_checkpoint(stream)['value'] == 1


# What must be refused


@pytest.mark.parametrize('payload', PAYLOADS)
def test_malicious_files_run_nothing(tmp_path, payload):
    canary = tmp_path / 'canary'
    path = write_malicious(tmp_path / 'file.pth', payload, canary)
    with pytest.raises(UnsafeCheckpointError, match=r'file\.pth.*Nothing in it was run') as caught:
        load_from_local(str(path))
    assert ('system' if payload == 'system' else '__globals__') in str(caught.value)
    assert 'weights_only' not in str(caught.value)  # no advice to switch the restriction off
    assert not canary.exists()
    run_unrestricted(path)
    assert canary.exists()


class Subclass(np.ndarray):
    pass


CRAFTED = {
    'eval': Call(eval, '1'),
    'any getattr': Call(getattr, OrderedDict, 'fromkeys'),
    'private attribute of HistoryBuffer': Call(getattr, HistoryBuffer, '_statistics_methods'),
    'call of an allowed method': Call(HistoryBuffer.mean, HistoryBuffer([1], [1])),
    'method as a value': HistoryBuffer.mean,
    'function as a value': torch._utils._rebuild_tensor,
    'class as a value': OrderedDict,
    'class as a key': {OrderedDict: 1},
    'array of objects': np.array([{}], dtype=object),
    'dtype of objects': np.dtype('O'),
    'number of objects': Call(SCALAR, np.dtype('O'), b''),
    'record dtype': np.dtype([('a', 'f8')]),
    'record number': Call(SCALAR, np.dtype([('a', 'O')]), np.zeros(1)),
    'text array': np.array(['a']),
    'dtype with fields': Call(
        np.dtype, 'f8', state=(3, '<', None, ('a',), {'a': (np.dtype('i4'), 0)}, -1, -1, 0)
    ),
    'dtype with a subarray': Call(
        np.dtype, 'f8', state=(3, '<', (np.dtype('i4'), (2,)), None, None, -1, -1, 0)
    ),
    'array of a crafted class': Call(RECONSTRUCT, OrderedDict, (0,), b'b'),
    'array larger than its bytes': Call(
        RECONSTRUCT, np.ndarray, (0,), b'b', state=(1, (100,), np.dtype('f8'), False, b'12345678')
    ),
    'array of negative size': Call(
        RECONSTRUCT, np.ndarray, (0,), b'b', state=(1, (-1,), np.dtype('f8'), False, b'')
    ),
    'array from a list': Call(
        RECONSTRUCT, np.ndarray, (0,), b'b', state=(1, (1,), np.dtype('f8'), False, [1.0])
    ),
    'number larger than its bytes': Call(SCALAR, np.dtype('f8'), b'1'),
    'buffer with functions': Call(
        HistoryBuffer, state=dict(statistics_methods=dict(mean=OrderedDict))
    ),
    'buffer with exchanged functions': Call(
        HistoryBuffer, state=dict(statistics_methods=dict(mean=HistoryBuffer.min))
    ),
    'buffer with attributes': Call(HistoryBuffer, state=dict(mean=1)),
    'buffer without numbers': Call(
        HistoryBuffer, state=dict(max_length=1, _log_history=[], _count_history=[])
    ),
}


@pytest.mark.parametrize('name', CRAFTED)
def test_crafted_values_are_refused(file, name):
    statistics = dict(HistoryBuffer()._statistics_methods)
    with pytest.raises(UnsafeCheckpointError, match=r'file\.pth'):
        reload(file, CRAFTED[name])
    assert HistoryBuffer()._statistics_methods == statistics


def test_attributes_of_a_tensor_are_looked_at(file):
    tensor = torch.zeros(1)
    tensor.cpu = OrderedDict
    with pytest.raises(UnsafeCheckpointError):
        reload(file, tensor)


def test_a_list_too_deep_to_look_through_is_refused(file):
    stream = b'\x80\x02' + b']' * 100_000 + b'a' * 99_999 + b'.'
    with zipfile.ZipFile(file, 'w') as archive:
        archive.writestr('archive/data.pkl', stream)
        archive.writestr('archive/version', '3')
        archive.writestr('archive/byteorder', 'little')
    with pytest.raises(CheckpointError):
        load_from_local(str(file))


def test_text_that_resume_would_execute_is_dropped(file):
    torch.save(dict(meta=dict(config='raise SystemExit', epoch=1)), file)
    assert load_from_local(str(file))['meta'] == dict(epoch=1)


def test_names_that_others_allowed_are_answered_by_the_stand_ins(file):
    save(file, CRAFTED['any getattr'])
    with (
        safe_globals([getattr, (os.system, 'builtins.getattr')]),
        pytest.raises(UnsafeCheckpointError),
    ):
        load_from_local(str(file))


class Allowed:
    def __init__(self):
        self.number = 1


def test_names_that_a_user_allowed_stay_allowed(file):
    save(file, Allowed())
    with pytest.raises(UnsafeCheckpointError, match='Allowed'):
        load_from_local(str(file))
    before = get_safe_globals()
    with safe_globals([Allowed]):
        assert load_from_local(str(file))['value'].number == 1
        assert set(get_safe_globals()) == {*before, Allowed}


def test_allowed_names_are_restored_after_an_error(file):
    save(file, Call(eval, '1'))
    add_safe_globals([Allowed])
    before = set(get_safe_globals())
    with pytest.raises(UnsafeCheckpointError):
        load_from_local(str(file))
    assert set(get_safe_globals()) == before


# What cannot be read


def test_missing_file():
    with pytest.raises(FileNotFoundError, match=r'no checkpoint file .nowhere\.pth'):
        load_from_local('nowhere.pth')


@pytest.mark.parametrize('content', [b'', b'GIF89a', b'\x80\x02', b'\x80\x02}q\x00.', bytes(100)])
def test_garbage(file, content):
    file.write_bytes(content)
    with pytest.raises(
        CheckpointError, match=r'Cannot read the checkpoint .*file\.pth: \S'
    ) as caught:
        load_from_local(str(file))
    assert not isinstance(caught.value, UnsafeCheckpointError)


@pytest.mark.parametrize('part', [0.1, 0.5, 0.99])
def test_truncated(file, part):
    save(file, torch.zeros(1000))
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(CheckpointError, match=r'file\.pth'):
        load_from_local(str(file))


def test_something_else_than_a_dict(file):
    torch.save([1], file)
    with pytest.raises(CheckpointError, match='expected a dict, found list'):
        load_from_local(str(file))


def test_plain_pickles(file):
    file.write_bytes(pickle.dumps(dict(a=1)))
    with pytest.raises(CheckpointError):
        load_from_local(str(file))


# How mmengine gets here


def test_mmengine_reads_local_files_through_it(file):
    patch_stack()
    patch_stack()
    assert CheckpointLoader._get_checkpoint_loader('a/b.pth') is load_from_local
    save(file, HistoryBuffer([1.0], [1]))
    assert _load_checkpoint(str(file))['value'].mean() == 1


@pytest.fixture
def address(tmp_path, monkeypatch):
    monkeypatch.setenv('TORCH_HOME', str(tmp_path / 'cache'))
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.func.log_message = lambda *args: None
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{server.server_port}/file.pth'
        server.shutdown()


def test_mmengine_reads_addresses_through_it(file, address):
    save(file, HistoryBuffer([1.0], [1]))
    assert _load_checkpoint(address, 'cpu')['value'].mean() == 1


@pytest.mark.parametrize('load', [_load_checkpoint, load_from_http])
@pytest.mark.parametrize('payload', PAYLOADS)
def test_malicious_files_behind_addresses_run_nothing(tmp_path, file, address, payload, load):
    canary = tmp_path / 'canary'
    write_malicious(file, payload, canary)
    with pytest.raises(UnsafeCheckpointError, match='http://.*Nothing in it was run'):
        load(address, map_location='cpu')
    assert not canary.exists()
