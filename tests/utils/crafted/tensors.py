"""Checkpoints whose tensors claim what is not in the file, by name."""

from __future__ import annotations

from pathlib import Path

from tests.utils.crafted.pickles import (
    FLOATS,
    Make,
    archive,
    as_value,
    call,
    number,
    numbers,
    storage,
    text,
)

MANY = 2**50


def _tensor(
    size: tuple[int, ...] = (1,),
    stride: tuple[int, ...] = (1,),
    offset: int = 0,
    kind: bytes = FLOATS,
    key: str = '0',
) -> bytes:
    return call(
        'torch._utils._rebuild_tensor_v2',
        storage(kind, text(key)) + b'Q',
        number(offset),
        numbers(size),
        numbers(stride),
        b'\x89',
        call('collections.OrderedDict'),
    )


def _file(tensor: bytes) -> Make:
    """A file with a float of 0, and a whole number that is too large for an index."""

    def make(canary: Path) -> bytes:
        weights = as_value(b'}' + text('weight') + tensor + b's')
        return archive(weights, **{'data/0': bytes(4), 'data/1': number(MANY)[2:]})

    return make


def _sparse() -> bytes:
    index = _tensor((1, 1), (1, 1), kind=b'ctorch\nLongStorage\n', key='1')
    layout = call('torch.serialization._get_layout', text('torch.sparse_coo'))
    return call(
        'torch._utils._rebuild_sparse_tensor',
        layout,
        b'(' + index + _tensor() + numbers((3,)) + b't',
    )


WRONG: dict[str, Make] = {
    'a tensor behind its numbers': _file(_tensor(offset=5)),
    'a tensor before its numbers': _file(_tensor(offset=-5)),
    'a tensor larger than its numbers': _file(_tensor((MANY,))),
    'a tensor backwards': _file(_tensor((2,), (-1,))),
    'a tensor of wider numbers': _file(_tensor((2,), kind=b'ctorch\nDoubleStorage\n')),
    'a sparse tensor outside of itself': _file(_sparse()),
    'a storage without an end': _file(call('torch.storage.UntypedStorage', number(MANY))),
    'an empty tensor without an end': _file(call('torch.Tensor', number(MANY))),
    'bytes without an end': _file(call('builtins.bytearray', number(MANY))),
}
"""Refused: nothing is read from beside the numbers."""

REPEATED = _file(_tensor((MANY,), (0,)))
"""One number very many times: read, and not added up so often."""
