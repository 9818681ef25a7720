"""Checkpoint files as an attacker would write them."""

import collections
import os

import torch
from mmengine.logging import HistoryBuffer


class Call:
    """Is pickled as a call: whoever unpickles it without restriction makes the call."""

    def __init__(self, function, *args, state=None):
        self.function, self.args, self.state = function, args, state

    def __call__(self):
        raise NotImplementedError  # pickle only wants to know that it could be called

    def __reduce__(self):
        if self.state is None:
            return self.function, self.args
        return self.function, self.args, self.state


def system(canary):
    """os.system in a reduce."""
    return Call(os.system, f'touch {canary}')


def history_globals(canary):
    """Reaches exec through getattr(HistoryBuffer.mean, '__globals__')."""
    module = Call(getattr, HistoryBuffer.mean, '__globals__')
    builtins = Call(Call(getattr, module, 'get'), '__builtins__')
    return Call(Call(Call(getattr, builtins, 'get'), 'exec'), f'open({str(canary)!r}, "w").close()')


PAYLOADS = {'system': system, 'history_globals': history_globals}


def write_malicious(path, payload, canary):
    """Writes a checkpoint that looks like one of mmengine's, with a payload in its message hub."""
    checkpoint = dict(
        meta=dict(epoch=1, iter=4),
        state_dict=collections.OrderedDict(weight=torch.zeros(1)),
        message_hub=dict(log_scalars=PAYLOADS[payload](canary), runtime_info={}, resumed_keys={}),
    )
    torch.save(checkpoint, path)
    return path


def run_unrestricted(path):
    """What the project never does: the proof that a file is dangerous."""
    torch.load(path, weights_only=False)
