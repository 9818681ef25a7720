import hashlib

import pytest
import torch
from mmengine.logging import HistoryBuffer

from mmmtl.compat.checkpoint import CheckpointError, load_from_local
from mmmtl.models.checkpoints.publishing import publish

pytest.importorskip('safetensors')


def network():
    return torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))


@pytest.fixture
def source(tmp_path):
    weights = network().state_dict()
    weights['loss_weighting.log_vars'] = torch.ones(2)
    weights['finite_losses.count'] = torch.zeros(1)
    meta = {
        'cfg': 'work_dir = "/home/somebody"',
        'experiment_name': 'secret_20250101',
        'seed': 1,
        'time': 'now',
        'epoch': 3,
        'mmmtl_version': '0.3',
        'dataset_meta': {'classes': ('road', 'car'), 'palette': [[0, 0, 0], [1, 1, 1]]},
        'history': HistoryBuffer([1.0], [1]),
    }
    hub = {'log_scalars': {'train/loss': HistoryBuffer([1.0], [1])}}
    content = {'state_dict': weights, 'meta': meta, 'optimizer': {}, 'message_hub': hub}
    path = tmp_path / 'epoch_3.pth'
    torch.save(content, path)
    return path


def test_weights_alone_in_two_formats(source, tmp_path):
    pth, safetensors = publish(source, tmp_path / 'out' / 'mtan.pth')
    digits = hashlib.sha256(pth.read_bytes()).hexdigest()[:8]
    assert pth.name == f'mtan-{digits}.pth'
    assert safetensors.name == f'mtan-{digits}.safetensors'
    assert sorted(path.name for path in pth.parent.iterdir()) == [
        pth.name,
        safetensors.name,
        f'{safetensors.name}.sha256',
    ]
    expected = torch.load(source, weights_only=False)['state_dict']
    for path in (pth, safetensors):
        read = load_from_local(str(path))
        assert set(read) == {'meta', 'state_dict'}
        assert read['meta'] == {
            'epoch': 3,
            'mmmtl_version': '0.3',
            'dataset_meta': {'classes': ['road', 'car'], 'palette': [[0, 0, 0], [1, 1, 1]]},
        }
        network().load_state_dict(read['state_dict'])
        for name, value in read['state_dict'].items():
            assert torch.equal(value, expected[name])
        assert b'somebody' not in path.read_bytes()


def test_what_was_published_can_be_published_again(source, tmp_path):
    first = publish(source, tmp_path / 'a')
    again = publish(first[1], tmp_path / 'b')
    a, b = (load_from_local(str(pth)) for pth in (first[0], again[0]))
    assert a['meta'] == b['meta']
    assert all(torch.equal(b['state_dict'][name], value) for name, value in a['state_dict'].items())


@pytest.mark.parametrize('content', [{}, {'state_dict': {}}, {'meta': {}}, {'state_dict': [1]}])
def test_no_weights(tmp_path, content):
    path = tmp_path / 'a.pth'
    torch.save(content, path)
    with pytest.raises(CheckpointError, match=r'a\.pth: expected weights, tensors by name'):
        publish(path, tmp_path / 'out')
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize('target', ['.', '', '..', 'new/.pth'])
def test_a_target_without_a_name(source, tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob('*'))
    with pytest.raises(ValueError, match='target: expected folder and name of the files, found'):
        publish(source, target)
    assert sorted(tmp_path.rglob('*')) == before
