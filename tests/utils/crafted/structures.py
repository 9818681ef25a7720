"""Checkpoints in which a call is packed in other ways than as a value, by name."""

from __future__ import annotations

import io
import pickle
import tarfile
from pathlib import Path

import torch
from torch.serialization import MAGIC_NUMBER, PROTOCOL_VERSION

from tests.utils.crafted.pickles import (
    FLOATS,
    GOOD,
    HEAD,
    Make,
    archive,
    archive_of,
    as_value,
    call,
    evil,
    saved_by,
    storage,
    text,
    touch,
)
from tests.utils.toy.crafted_files import PAYLOADS


def legacy(content: bytes, before: tuple[bytes, ...] = (), behind: bytes = b'') -> bytes:
    """A file of torch before 1.6: pickles one after the other."""
    first = [pickle.dumps(part, 2) for part in (MAGIC_NUMBER, PROTOCOL_VERSION, {})]
    return b''.join((*(before or first), content, behind or pickle.dumps([], 2)))


def saved_legacy(canary: Path, payload: str) -> bytes:
    target = io.BytesIO()
    content = {'state_dict': PAYLOADS[payload](canary)}
    torch.save(content, target, _use_new_zipfile_serialization=False)
    return target.getvalue()


def tar(canary: Path) -> bytes:
    """A file of torch before 0.1.10."""
    target = io.BytesIO()
    evil = HEAD + touch(canary) + b'.'
    with tarfile.open(fileobj=target, mode='w:', format=tarfile.PAX_FORMAT) as file:
        for name in ('sys_info', 'pickle', 'storages', 'tensors'):
            info = tarfile.TarInfo(name)
            info.size = len(evil)
            file.addfile(info, io.BytesIO(evil))
    return target.getvalue()


def torch_script(canary: Path) -> bytes:
    evil = HEAD + touch(canary) + b'.'
    return archive_of([('constants.pkl', evil), ('data.pkl', evil), ('version', b'3\n')])


def persistent(identity: bytes) -> bytes:
    return archive(as_value(identity + b'Q'))


STRUCTURES: dict[str, Make] = {
    'a call in a key': lambda canary: archive(HEAD + b'}' + touch(canary) + b'Ns.'),
    'a call that is thrown away': lambda canary: archive(HEAD + touch(canary) + b'0' + GOOD[2:]),
    'a call behind the end': lambda canary: archive(GOOD[:-1] + touch(canary) + b'0.'),
    'INST': lambda canary: archive(as_value(b'(' + text(f'touch {canary}') + b'iposix\nsystem\n')),
    'OBJ': lambda canary: archive(as_value(b'(cposix\nsystem\n' + text(f'touch {canary}') + b'o')),
    'STACK_GLOBAL': lambda canary: archive(
        as_value(text('posix') + text('system') + b'\x93' + text(f'touch {canary}') + b'\x85R')
    ),
    'NEWOBJ': lambda canary: archive(
        as_value(b'csubprocess\nPopen\n(' + text(f'touch {canary}') + b't\x81')
    ),
    'NEWOBJ_EX': lambda canary: archive(
        as_value(b'csubprocess\nPopen\n(' + text(f'touch {canary}') + b't}\x92')
    ),
    'EXT1': lambda canary: archive(as_value(b'\x82\x01')),
    'PERSID': lambda canary: archive(as_value(b'Pposix.system\n')),
    'protocol 0': lambda canary: archive(b"(dS'a'\ncposix\nsystem\n(S'touch x'\ntRs."),
    'protocol 4': lambda canary: archive(pickle.dumps(PAYLOADS['system'](canary), 4)),
    'a name of Python 2': lambda canary: archive(
        as_value(call('__builtin__.eval', text(f'open({str(canary)!r}, "w").close()')))
    ),
    'a name with dots': lambda canary: archive(
        as_value(b'ctorch\nserialization.os.system\n(' + text(f'touch {canary}') + b'tR')
    ),
    'BUILD of an ordered dict': lambda canary: archive(
        as_value(call('collections.OrderedDict') + b'}' + text('x') + touch(canary) + b'sb')
    ),
    'BUILD of a class': lambda canary: archive(
        as_value(b'ccollections\nOrderedDict\n}' + text('update') + touch(canary) + b'sb')
    ),
    'a call by getattr': lambda canary: saved_by(PAYLOADS['history_globals'](canary)),
    'a tensor of another class': lambda canary: archive(
        as_value(
            call(
                'torch._tensor._rebuild_from_type_v2',
                b'cposix\nsystem\n',
                b'ctorch\nTensor\n',
                b'(' + text(f'touch {canary}') + b't',
                b'}',
            )
        )
    ),
    'a wrapper around a class': lambda canary: archive(
        as_value(call('torch._utils._rebuild_wrapper_subclass', b'cposix\nsystem\n', touch(canary)))
    ),
    'a parameter with a state': lambda canary: archive(
        as_value(
            call('torch._utils._rebuild_parameter_with_state', b'N', b'\x89', b'N', touch(canary))
        )
    ),
    'a function smuggled into an array': lambda canary: archive(as_value(_smuggled('array'))),
    'a function smuggled into a dtype': lambda canary: archive(as_value(_smuggled('dtype'))),
    'a persistent id that is a call': lambda canary: persistent(touch(canary)),
    'a persistent id that is a text': lambda canary: persistent(text('storage')),
    'a persistent id of a module': lambda canary: persistent(
        b'(' + text('module') + touch(canary) + b't'
    ),
    'a persistent id of a call': lambda canary: persistent(storage(touch(canary))),
    'a persistent id of another class': lambda canary: persistent(storage(b'cposix\nsystem\n')),
    'a persistent id of nothing': lambda canary: persistent(b')'),
    'a persistent id of another record': lambda canary: persistent(
        storage(FLOATS, text('../../../../etc/passwd'))
    ),
    'a persistent id of a list': lambda canary: persistent(storage(b']')),
    'numbers without an end': lambda canary: persistent(
        storage(FLOATS, size=b'\x8a\x08' + b'\xff' * 7 + b'\x0f')
    ),
    'the older format': lambda canary: saved_legacy(canary, 'system'),
    'the older format, by getattr': lambda canary: saved_legacy(canary, 'history_globals'),
    'the older format, its magic number': lambda canary: legacy(
        GOOD, before=(HEAD + touch(canary) + b'.',)
    ),
    'the older format, its version': lambda canary: legacy(
        GOOD, before=(pickle.dumps(MAGIC_NUMBER, 2), HEAD + touch(canary) + b'.')
    ),
    'the older format, its system': lambda canary: legacy(
        GOOD,
        before=(
            pickle.dumps(MAGIC_NUMBER, 2),
            pickle.dumps(PROTOCOL_VERSION, 2),
            HEAD + touch(canary) + b'.',
        ),
    ),
    'the older format, behind the weights': lambda canary: legacy(
        GOOD, behind=HEAD + touch(canary) + b'.'
    ),
    'a tar archive': tar,
    'TorchScript': torch_script,
    'two pickles of one name': lambda canary: archive_of(
        [('data.pkl', GOOD), ('version', b'3\n'), ('data.pkl', evil(canary))]
    ),
    'two pickles of one name, the other way': lambda canary: archive_of(
        [('data.pkl', evil(canary)), ('version', b'3\n'), ('data.pkl', GOOD)]
    ),
    'a whole pickle without an archive': lambda canary: evil(canary),
    'a pickle of protocol 4 without an archive': lambda canary: pickle.dumps(
        PAYLOADS['system'](canary), 4
    ),
    'an archive behind a pickle': lambda canary: evil(canary) + archive(GOOD),
    'a text longer than the file': lambda canary: archive(HEAD + b'X\xff\xff\xff\x7fa.'),
    'bytes longer than memory': lambda canary: archive(HEAD + b'\x8e' + b'\xff' * 7 + b'\x0f.'),
    'an item that is not there': lambda canary: archive(HEAD + b'j\xff\xff\xff\xff.'),
    'a stack that is empty': lambda canary: archive(HEAD + b'0' * 9 + b'.'),
    'a list within a list, without an end': lambda canary: archive(
        HEAD + b']' * 100_000 + b'a' * 99_999 + b'.'
    ),
    'a tuple within a tuple, as a key': lambda canary: archive(
        HEAD + b'}' + b'N' + b'\x85' * 100_000 + b'Ns.'
    ),
    'a dict of itself': lambda canary: archive(HEAD + b'}q\x00h\x00h\x00s.'),
}
"""Files in which the harm is packed in other ways."""


def _smuggled(attribute: str) -> bytes:
    """Sets an attribute of a stand-in to a class, past its checks."""
    made = {
        'array': (
            b'cnumpy._core.multiarray\n_reconstruct\n',
            b'cnumpy\nndarray\n',
            b'(cnumpy\nndarray\nK\x00\x85X\x01\x00\x00\x00bt',
        ),
        'dtype': (b'cnumpy\ndtype\n', b'cnumpy\ndtype\n', b'(' + text('f8') + b't'),
    }[attribute]
    state = b'}' + text(attribute) + b'ccollections\nOrderedDict\ns'
    return call('torch._tensor._rebuild_from_type_v2', *made, state)


QUIET = (
    'EXT1',
    'NEWOBJ',
    'NEWOBJ_EX',
    'PERSID',
    'TorchScript',
    'a dict of itself',
    'a function smuggled into a dtype',
    'a function smuggled into an array',
    'a list within a list, without an end',
    'a name with dots',
    'a persistent id of a list',
    'a persistent id of another class',
    'a persistent id of another record',
    'a persistent id of nothing',
    'a persistent id that is a text',
    'a stack that is empty',
    'a text longer than the file',
    'a tuple within a tuple, as a key',
    'an item that is not there',
    'bytes longer than memory',
    'numbers without an end',
    'protocol 0',
    'two pickles of one name, the other way',
)
"""Those that run nothing at once without restriction either, or of which torch reads the harmless
part; they are there because another reader may."""
RUNNING_STRUCTURES = tuple(name for name in STRUCTURES if name not in QUIET)
