import pytest
import torch
from mmengine.optim import AmpOptimWrapper
from mmseg.registry import OPTIM_WRAPPERS
from torch import nn

from mmmtl.engine import CpuAmpOptimWrapper
from tests.utils.toy.toy_runs import assert_same_weights, read_trace, toy_runner

AMP = dict(optim_wrapper__type='AmpOptimWrapper', optim_wrapper__loss_scale='dynamic')

needs_no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason='AmpOptimWrapper is used')


def wrapper_of(model):
    return CpuAmpOptimWrapper(torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9))


def test_it_is_registered():
    assert OPTIM_WRAPPERS.get('CpuAmpOptimWrapper') is CpuAmpOptimWrapper


@needs_no_gpu
def test_the_gap():
    with pytest.raises(AssertionError, match='only available'):
        AmpOptimWrapper(optimizer=torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=1))


def test_forward_in_bfloat16_and_parameters_in_float32():
    model = nn.Linear(2, 1)
    wrapper = wrapper_of(model)
    before = model.weight.detach().clone()
    with wrapper.optim_context(model):
        output = model(torch.ones(1, 2))
    assert output.dtype == torch.bfloat16
    assert model(torch.ones(1, 2)).dtype == torch.float32
    wrapper.update_params(output.float().sum())
    assert model.weight.dtype == torch.float32
    torch.testing.assert_close(model.weight.detach(), before - 0.5)


def test_state_of_a_run_on_a_gpu_can_be_loaded():
    model = nn.Linear(2, 1)
    wrapper = wrapper_of(model)
    wrapper.update_params(model(torch.ones(1, 2)).sum())
    state = dict(wrapper.state_dict(), loss_scaler=dict(scale=65536.0))
    other = wrapper_of(model)
    other.load_state_dict(state)
    assert 'loss_scaler' in state
    (buffer,) = (
        s['momentum_buffer']
        for s in other.state_dict()['state'].values()
        if s['momentum_buffer'].ndim == 2
    )
    assert buffer.tolist() == [[1, 1]]


@needs_no_gpu
def test_training_in_mixed_precision_and_validation_in_float32(tmp_path):
    runner = toy_runner(
        tmp_path, model__trace=str(tmp_path / 'trace'), train_cfg__max_epochs=1, **AMP
    )
    seen = []
    predict = type(runner.model).forward

    def record(inputs, data_samples=None, mode='tensor'):
        seen.append((mode, torch.is_autocast_enabled('cpu')))
        return predict(runner.model, inputs, data_samples, mode)

    runner.model.forward = record
    runner.train()
    assert type(runner.optim_wrapper) is CpuAmpOptimWrapper
    assert set(seen) == {('loss', True), ('predict', False)}
    assert all(
        record['dtype'] == 'torch.bfloat16' for record in read_trace(tmp_path / 'trace').values()
    )


@needs_no_gpu
def test_a_run_in_mixed_precision_resumes_exactly(tmp_path):
    toy_runner(tmp_path / 'whole', **AMP).train()
    toy_runner(
        tmp_path / 'resumed', resume=True, load_from=str(tmp_path / 'whole' / 'epoch_2.pth'), **AMP
    ).train()
    assert_same_weights(tmp_path / 'whole' / 'epoch_4.pth', tmp_path / 'resumed' / 'epoch_4.pth')
