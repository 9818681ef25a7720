import io

import pytest
import torch
from mmengine.logging import MessageHub
from rich.console import Console

from mmmtl.engine import ProgressLineHook
from mmmtl.engine.hooks import progress_hook


class StubRunner:
    """What the hook reads of a Runner: two epochs of two iterations."""

    max_epochs, max_iters = 2, 4

    def __init__(self):
        self.iter = self.epoch = 0
        self.message_hub = MessageHub.get_instance('progress')


def train(hook, validated):
    runner = StubRunner()
    hook.before_train(runner)
    for epoch in range(2):
        hook.before_train_epoch(runner)
        for index in range(2):
            runner.message_hub.update_scalar('train/loss', torch.tensor(4.0 - runner.iter))
            hook.after_train_iter(runner, index)
            runner.iter += 1
        hook.after_train_epoch(runner)
        runner.epoch += 1
        if validated:
            hook.after_val_epoch(runner, {'seg/mIoU': 10.0 * (epoch + 1), 'seg/aAcc': 1.0})
    hook.after_train(runner)


@pytest.fixture
def printed(monkeypatch):
    def install(is_terminal):
        out = io.StringIO()
        console = Console(file=out, force_terminal=is_terminal, width=120)
        monkeypatch.setattr(progress_hook, 'Console', lambda: console)
        return out

    yield install
    MessageHub._instance_dict.pop('progress', None)


def test_a_line_for_each_epoch_where_there_is_no_terminal(printed):
    out = printed(False)
    train(ProgressLineHook(metrics=['seg/mIoU', 'depth/abs_err']), validated=True)
    assert out.getvalue().splitlines() == [
        'Training: epoch 1/2  loss 3.5  seg/mIoU 10',
        'Training: epoch 2/2  loss 2.5  seg/mIoU 20',
    ]


def test_epochs_without_a_validation_are_said_too(printed):
    out = printed(False)
    train(ProgressLineHook(metrics=['seg/mIoU']), validated=False)
    assert out.getvalue().splitlines() == [
        'Training: epoch 1/2  loss 3.5',
        'Training: epoch 2/2  loss 2.5',
    ]


def test_a_live_line_on_a_terminal(printed):
    out = printed(True)
    train(ProgressLineHook(metrics=['seg/mIoU']), validated=True)
    assert '4/4' in out.getvalue()
    assert 'epoch 2/2  loss 2.5' in out.getvalue()
    assert 'seg/mIoU 10' in out.getvalue()
