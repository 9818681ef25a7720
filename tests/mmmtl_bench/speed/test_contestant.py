import copy

import pytest
import torch
from mmengine.config import Config

from mmmtl_bench.speed.contestant import Contestant, network_of
from tests.utils.plain.comparison import IMAGE, build

CFG = Config(dict(optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.01))))


@pytest.fixture
def model():
    return build(['seg', 'depth'], dict(type='SegNet', return_blocks=True), dict(type='MTANNeck'))


def make(model, switches=(), dtype=torch.float32):
    return Contestant(network_of(model), model, CFG, 'cpu', dtype, switches)


def test_a_step_is_that_of_the_optimizer_on_the_mean_squares(model):
    expected = copy.deepcopy(model).train()
    outputs = expected(IMAGE, mode='tensor')
    sum(output.square().mean() for output in outputs.values()).backward()
    contestant = make(model)
    contestant.train_step(contestant.prepare(IMAGE))
    for new, old in zip(model.parameters(), expected.parameters(), strict=True):
        torch.testing.assert_close(new, old - 0.01 * old.grad)
        assert new.grad is None


@pytest.mark.parametrize('switches', [('channels_last',), ('fused',), ('channels_last', 'fused')])
def test_switches_change_no_results(model, switches):
    image = IMAGE.double()
    plain = make(copy.deepcopy(model).double())
    fast = make(model.double(), switches)
    for contestant in (plain, fast):
        contestant.train_step(contestant.prepare(image))
    assert fast.optimizer.defaults['fused'] is (True if 'fused' in switches else None)
    assert fast.prepare(image).is_contiguous(
        memory_format=torch.channels_last
        if 'channels_last' in switches
        else torch.contiguous_format
    )
    expected, found = (one.predict(one.prepare(image)) for one in (plain, fast))
    for task in ('seg', 'depth'):
        torch.testing.assert_close(found[task], expected[task], atol=1e-8, rtol=1e-8)


def test_the_dtype_is_that_of_the_computation(model):
    contestant = make(model, dtype=torch.bfloat16)
    assert {output.dtype for output in contestant.predict(IMAGE).values()} == {torch.bfloat16}
    contestant.train_step(IMAGE)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_folded_normalisations_are_for_predictions(model):
    expected = make(copy.deepcopy(model).double()).predict(IMAGE.double())
    fused = make(model.double(), ('fuse_conv_bn',))
    fused.fuse(IMAGE.double())
    found = fused.predict(IMAGE.double())
    assert not fused.is_trained
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in model.modules())
    for task in ('seg', 'depth'):
        torch.testing.assert_close(found[task], expected[task], atol=1e-8, rtol=1e-8)
