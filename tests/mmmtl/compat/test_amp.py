import pytest
from mmengine.config import Config

from mmmtl.compat import amp
from mmmtl.compat.amp import adapt_amp_to_machine, request_amp


def config(**optim_wrapper):
    return Config(dict(optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1), **optim_wrapper)))


@pytest.fixture
def device(monkeypatch):
    def choose(name):
        monkeypatch.setattr(amp, 'get_device', lambda: name)

    choose('cpu')
    return choose


@pytest.mark.parametrize('given', [{}, dict(type='OptimWrapper', accumulative_counts=2)])
def test_request_amp(given):
    cfg = config(**given)
    request_amp(cfg)
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
    assert cfg.optim_wrapper.loss_scale == 'dynamic'
    assert cfg.optim_wrapper.get('accumulative_counts') == given.get('accumulative_counts')


@pytest.mark.parametrize('kind', ['AmpOptimWrapper', 'CpuAmpOptimWrapper'])
def test_request_amp_where_it_is_on(kind):
    cfg = config(type=kind, loss_scale=512.0)
    request_amp(cfg)
    assert cfg.optim_wrapper.type == kind
    assert cfg.optim_wrapper.loss_scale == 512


def test_request_amp_for_another_wrapper():
    with pytest.raises(ValueError, match="found 'ApexOptimWrapper'"):
        request_amp(config(type='ApexOptimWrapper'))


def test_on_the_cpu(device):
    cfg = config(
        type='AmpOptimWrapper', loss_scale='dynamic', dtype='float16', clip_grad=dict(max_norm=1)
    )
    assert 'bfloat16' in adapt_amp_to_machine(cfg)
    assert cfg.optim_wrapper == dict(
        type='CpuAmpOptimWrapper', optimizer=dict(type='SGD', lr=0.1), clip_grad=dict(max_norm=1)
    )


def test_with_a_gpu(device):
    device('cuda')
    cfg = config(type='AmpOptimWrapper', dtype='float16')
    assert adapt_amp_to_machine(cfg) is None
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
    assert cfg.optim_wrapper.dtype == 'float16'


@pytest.mark.parametrize('cfg', [config(type='OptimWrapper'), Config(dict(model=1))])
def test_without_amp(device, cfg):
    before = cfg.to_dict()
    assert adapt_amp_to_machine(cfg) is None
    assert cfg.to_dict() == before
