import pickle
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer, MessageHub
from mmengine.optim import OptimWrapper

from mmmtl.compat import late_scalars
from tests.utils.device_waits import counted_waits


@pytest.fixture
def hub():
    return MessageHub('of this test')


def numbers(hub, key):
    return [part.tolist() for part in hub.get_scalar(key).data]


def feed(hub, tell):
    """Numbers of many kinds, as a run hands them over."""
    for step in range(3):
        tell(hub, 'train/lr', 0.1 * step)
        tell(hub, 'train/loss', torch.tensor(1 / 3 + step, requires_grad=True))
        tell(hub, 'train/acc', torch.tensor([1e-8 * step], dtype=torch.float64), 2)
        tell(hub, 'train/steps', torch.tensor(7 + step))
        tell(hub, 'train/half', torch.tensor(0.1, dtype=torch.bfloat16))
        tell(hub, 'train/time', np.float32(0.5))
    tell(hub, 'train/loss', 2.5)
    tell(hub, 'train/loss', torch.tensor(3.25))


def test_what_is_read_is_what_mmengine_would_have_read_at_once(hub):
    at_once = MessageHub('at once')
    feed(at_once, late_scalars._update_scalar)
    feed(hub, MessageHub.update_scalar)
    found, expected = hub.log_scalars, at_once._log_scalars
    assert list(found) == list(expected)
    for key, buffer in expected.items():
        for mine, theirs in zip(found[key].data, buffer.data, strict=True):
            assert mine.dtype == theirs.dtype
            assert mine.tolist() == theirs.tolist()


def test_a_number_is_that_of_the_moment(hub):
    value = torch.tensor(1.0)
    hub.update_scalar('a', value)
    value += 5
    assert numbers(hub, 'a') == [[1.0], [1]]


def test_a_checkpoint_has_every_number_in_buffers_of_mmengine(hub):
    hub.update_scalar('a', torch.tensor(1.5))
    hub.update_scalar('b', torch.tensor(2.5), resumed=False)
    state = hub.state_dict()
    assert list(state['log_scalars']) == ['a']
    assert type(state['log_scalars']['a']) is HistoryBuffer
    assert pickle.loads(pickle.dumps(state))['log_scalars']['a'].current() == 1.5
    other = MessageHub('another')
    other.update_scalar('a', torch.tensor(9.0))
    other.load_state_dict(state)
    other.update_scalar('a', torch.tensor(3.5))
    assert numbers(other, 'a') == [[1.5, 3.5], [1, 1]]
    third = MessageHub('a third')
    hub.update_scalar('a', torch.tensor(4.5))
    third.load_state_dict(hub)
    assert numbers(third, 'a') == [[1.5, 4.5], [1, 1]]


def test_numbers_come_in_one_copy_when_one_is_asked_for(hub):
    with counted_waits() as waits:
        for _ in range(5):
            for key in 'abc':
                hub.update_scalar(key, torch.ones((), device='meta'))
            hub.update_scalar('time', 0.5)
            hub.get_scalar('time').current()  # as mmengine's timer does in each step
        assert not sum(waits.take(), type(waits.reads)())
        hub.get_scalar('b')
        assert sum(waits.take()[0].values()) == 1
        hub.get_scalar('a')
        hub.state_dict()
        assert not waits.take()[0]


def test_numbers_do_not_heap_up_without_end(hub, monkeypatch):
    monkeypatch.setattr(late_scalars, '_MOST', 3)
    for step in range(7):
        hub.update_scalar('a', torch.tensor(float(step)))
    assert len(hub._kept_scalars['a']) == 1
    assert numbers(hub, 'a')[0] == list(range(7))


def test_what_is_no_single_number_is_refused_at_once(hub):
    with pytest.raises(AssertionError):
        hub.update_scalar('a', torch.ones(2))
    with pytest.raises((AssertionError, TypeError)):  # mmengine's message cannot be formatted
        hub.update_scalar('a', torch.ones(()), 1.5)
    with pytest.raises(KeyError, match='nothing is not found'):
        hub.get_scalar('nothing')


@pytest.mark.parametrize(
    'clip', [dict(max_norm=0.5), dict(type='value', clip_value=0.5), dict(max_norm=100.0)]
)
def test_gradients_are_clipped_and_logged_as_by_mmengine(clip, hub, monkeypatch):
    monkeypatch.setattr(MessageHub, 'get_current_instance', lambda: hub)
    weight, frozen = torch.nn.Parameter(torch.ones(3)), torch.nn.Parameter(torch.ones(2))
    wrapper = OptimWrapper(torch.optim.SGD([weight, frozen], lr=1.0), clip_grad=dict(clip))
    wrapper.update_params((weight * torch.tensor([3.0, 4.0, 0.0])).sum())
    factor = torch.tensor(clip.get('max_norm', 0) / (5 + 1e-6)).clamp(max=1)
    gradient = torch.tensor([3.0, 4.0, 0.0])
    clipped = gradient.clamp(max=0.5) if 'type' in clip else gradient * factor
    torch.testing.assert_close(weight.detach(), 1 - clipped)
    logged = hub.log_scalars
    expected = {} if 'type' in clip else {'train/grad_norm': 5.0}
    assert {key: value.current() for key, value in logged.items()} == expected


def test_a_wrapper_without_gradients_clips_nothing():
    wrapper = SimpleNamespace(optimizer=SimpleNamespace(param_groups=[dict(params=[])]))
    late_scalars._clip_grad(wrapper)
