"""Parts of which crafted checkpoints are made."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import torch

Make = Callable[[Path], bytes]

HEAD = b'\x80\x02'


def text(value: str) -> bytes:
    """Pickles a text as torch's protocol does."""
    content = value.encode()
    return b'X' + struct.pack('<I', len(content)) + content


def call(name: str, *arguments: bytes) -> bytes:
    """Pickles the call of a function with arguments that are pickled already."""
    module, _, function = name.rpartition('.')
    return f'c{module}\n{function}\n'.encode() + b'(' + b''.join(arguments) + b'tR'


def as_value(value: bytes) -> bytes:
    """A whole pickle: ``{'state_dict': value}``."""
    return HEAD + b'}' + text('state_dict') + value + b's.'


def archive(stream: bytes, **more: bytes) -> bytes:
    """A file of torch.save around a pickle."""
    return archive_of([('data.pkl', stream), ('version', b'3\n'), *more.items()])


def archive_of(records: list[tuple[str, bytes]]) -> bytes:
    """A zip archive with these records, which may have one name several times."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, 'w') as file:
        for name, content in records:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')  # of a name that is there twice
                file.writestr(name if name.startswith('/') else f'archive/{name}', content)
    return target.getvalue()


def touch(canary: Path) -> bytes:
    """Pickles what runs a program; the canary is a file that exists once it ran."""
    return call('posix.system', text(f'touch {canary}'))


def storage(kind: bytes, key: bytes = text('0'), size: bytes = b'K\x01') -> bytes:
    """The persistent id of a tensor's numbers."""
    return b'(' + text('storage') + kind + key + text('cpu') + size + b't'


FLOATS = b'ctorch\nFloatStorage\n'
GOOD = HEAD + b'}' + text('state_dict') + b'}s.'


def evil(canary: Path) -> bytes:
    return as_value(touch(canary))


def saved_by(content: object) -> bytes:
    """What torch.save writes."""
    target = io.BytesIO()
    torch.save(content, target)
    return target.getvalue()


def number(value: int) -> bytes:
    """Pickles a whole number of up to 64 bits."""
    return b'\x8a\x08' + value.to_bytes(8, 'little', signed=True)


def numbers(values: tuple[int, ...]) -> bytes:
    """Pickles a tuple of numbers."""
    return b'(' + b''.join(map(number, values)) + b't'
