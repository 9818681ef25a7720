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

from mmmtl.compat import patch_stack, sums
from mmmtl.compat.checkpoint import (
    CheckpointError,
    DamagedCheckpointError,
    UnsafeCheckpointError,
    load_from_local,
    read_checkpoint,
    require_whole,
)
from tests.utils.damage import flip_in_tensor
from tests.utils.toy.crafted_files import PAYLOADS, Call, run_unrestricted, write_malicious


def save(path, value, **options):
    torch.save(dict(value=value), path, **options)
    return str(path)


def reload(path, value):
    return load_from_local(save(path, value))['value']


@pytest.fixture
def file(tmp_path):
    return tmp_path / 'file.pth'


# What must load


def test_message_hub_is_restored(file):
    hub = MessageHub('hub_to_save')
    hub.update_scalar('train/loss', 0.5)
    hub.update_info('best_score', np.float64(0.25))
    other = MessageHub('hub_to_load')
    other.load_state_dict(reload(file, hub.state_dict()))
    assert other.get_scalar('train/loss').current() == 0.5
    assert other.get_info('best_score') == 0.25


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
    save(file, Call(getattr, OrderedDict, 'fromkeys'))
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
        CheckpointError,
        match=r'Cannot read the checkpoint .*file\.pth: expected a file of torch.save',
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


def test_a_tensor_that_is_damaged(file):
    save(file, torch.arange(64.0))
    with pytest.raises(DamagedCheckpointError, match=r'file.*damaged .the sum of data/0'):
        load_from_local(str(flip_in_tensor(file)))


def test_a_file_that_was_found_whole_is_not_checked_again_at_its_next_reading(file, monkeypatch):
    save(file, 1)
    checked = []
    monkeypatch.setattr(sums, 'find_damage', checked.append)
    require_whole(file)
    for _ in range(2):
        read_checkpoint(file)
    assert checked == [file, file]


@pytest.mark.parametrize('wrap', [lambda weights: weights, lambda weights: {'state_dict': weights}])
def test_weights_that_are_not_numbers(file, wrap):
    good = dict(a=torch.tensor([1, 2]), b=torch.tensor([float('inf'), -float('inf')]))
    torch.save(wrap(good), file)
    assert 'a' in load_from_local(str(file)).get('state_dict', good)
    torch.save(wrap({**good, 'c.d': torch.tensor([1.0, float('nan')])}), file)
    with pytest.raises(CheckpointError, match=r'file\.pth: expected numbers .*NaN in c\.d\.$'):
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
