"""Files that are no checkpoint, and checkpoints that fit no network."""

from __future__ import annotations

import functools
import io
import json
import pickle

import numpy as np
import pytest
import torch

from mmmtl.compat.checkpoint import CheckpointError, load_from_local, read_checkpoint
from mmmtl.models.checkpoints.fitting import load_fitting_weights
from mmmtl.models.checkpoints.mtan_checkpoints import convert_mtan_weights
from tests.utils.bad_inputs import Bad, check_refused, written

NAN = float('nan')


@functools.cache
def checkpoint_bytes():
    stream = io.BytesIO()
    torch.save({'state_dict': {'weight': torch.arange(64.0)}, 'meta': {}}, stream)
    return stream.getvalue()


def read(content):
    def call(folder):
        whole = content() if callable(content) else content
        load_from_local(written(folder, 'a.pth', whole))

    return call


def saved(content, **settings):
    def call(folder):
        torch.save(content, folder / 'a.pth', **settings)
        load_from_local(str(folder / 'a.pth'))

    return call


def flipped(at):
    """Another byte at a share of the file."""

    def content():
        whole = bytearray(checkpoint_bytes())
        whole[int(len(whole) * at)] ^= 0xFF
        return bytes(whole)

    return read(content)


def with_sum(total):
    def call(folder):
        torch.save({'state_dict': {}}, folder / 'a.pth', _use_new_zipfile_serialization=False)
        (folder / 'a.pth.sha256').write_bytes(total)
        load_from_local(str(folder / 'a.pth'))

    return call


def fit(weights, **settings):
    def call(folder):
        load_fitting_weights(torch.nn.Linear(2, 3), weights, 'a.pth', **settings)

    return call


def folder_as_file(folder):
    read_checkpoint(folder)


UNREAD = r'Cannot read the checkpoint .*a\.pth: '
REFUSED = r'Refused to load the checkpoint .*a\.pth: '
NO_DICT = r'a\.pth is not a checkpoint: expected a dict, found '
NOT_A_NUMBER = r'a\.pth: expected numbers as weights, found NaN in '
GOOD = {'weight': torch.zeros(3, 2), 'bias': torch.zeros(3)}
TABLE = {
    'an empty file': (read(b''), UNREAD),
    'a text': (read(b'hello'), UNREAD + 'expected a file of torch.save'),
    'a web page': (read(b'<!DOCTYPE html>'), UNREAD),
    'JSON': (read(json.dumps({'state_dict': {}}).encode()), UNREAD),
    'an array': (read(lambda: np.zeros(4).tobytes()), UNREAD),
    'an image': (read(b'\x89PNG\r\n\x1a\n'), UNREAD),
    'a pointer of Git LFS': (read(b'version https://git-lfs.github.com/spec/v1'), UNREAD),
    'an empty zip archive': (read(b'PK\x05\x06' + bytes(18)), UNREAD),
    'half a file': (read(lambda: checkpoint_bytes()[: len(checkpoint_bytes()) // 2]), UNREAD),
    'a file without its last byte': (read(lambda: checkpoint_bytes()[:-1]), UNREAD),
    'a file of its first bytes': (read(lambda: checkpoint_bytes()[:4]), UNREAD),
    'a byte in the middle': (flipped(0.5), UNREAD + 'it is damaged'),
    'a byte in the directory': (flipped(0.9), UNREAD),
    'half a pickle': (read(pickle.dumps({'a': list(range(99))})[:40]), UNREAD),
    'a pickled class': (read(pickle.dumps(functools.partial(print, 'x'))), f'({UNREAD}|{REFUSED})'),
    'a list': (saved([1, 2]), NO_DICT + 'list'),
    'a tensor': (saved(torch.zeros(3)), NO_DICT + 'Tensor'),
    'a number': (saved(3), NO_DICT + 'int'),
    'a whole network': (saved(torch.nn.Linear(1, 1)), REFUSED),
    'a function': (saved({'f': print}), REFUSED),
    'a NaN': (saved({'state_dict': {'w': torch.tensor([0, NAN])}}), NOT_A_NUMBER + 'w'),
    'a NaN without a dict of weights': (saved({'w': torch.tensor(NAN)}), NOT_A_NUMBER + 'w'),
    'NaN in half precision': (saved({'w': torch.tensor([NAN]).half()}), NOT_A_NUMBER + 'w'),
    'NaN in several weights': (
        saved({str(i): torch.tensor(NAN) for i in range(5)}),
        NOT_A_NUMBER + '0, 1, 2 and 2 more',
    ),
    'NaN in the older format': (
        saved({'w': torch.tensor(NAN)}, _use_new_zipfile_serialization=False),
        NOT_A_NUMBER + 'w',
    ),
    'another sum': (with_sum(b'00  a.pth\n'), UNREAD + r'it is damaged \(its sum is not that in'),
    'an empty sum': (with_sum(b''), 'its sum is not that in'),
    'a sum that is no text': (with_sum(b'\xff\xfe'), 'its sum is not that in'),
    'no weights': (fit({'state_dict': {}}), 'a.pth: expected weights, tensors by name, found none'),
    'no tensors': (fit({'meta': 1, 'epoch': 2}), r"a\.pth: .* found \['meta', 'epoch'\]"),
    'weights in a list': (fit({'state_dict': [1]}), 'a.pth: expected weights, .* found list'),
    'a missing weight': (fit({'weight': GOOD['weight']}), r'1 are missing \(bias\)'),
    'a surplus weight': (fit(GOOD | {'x': torch.zeros(1)}), r'1 are surplus \(x\)'),
    'another shape': (
        fit(GOOD | {'bias': torch.zeros(4)}),
        r'1 have another shape \(bias is \[4\], expected \[3\]\)',
    ),
    'everything at once': (
        fit({'weight': torch.zeros(2, 2), 'x': torch.zeros(1)}),
        r'missing \(bias\); 1 are surplus \(x\); 1 have another shape',
    ),
    'a partial part that is none': (fit(GOOD, partial=['head']), "load_partial: .* found 'head'"),
    'an unknown architecture': (
        lambda folder: convert_mtan_weights({}, 'mtan2'),
        "arch: expected one of .* found 'mtan2'",
    ),
    'a task of many': (
        lambda folder: convert_mtan_weights({}, 'mtan', task='seg'),
        "task: expected one of .* found 'seg' for 'mtan'",
    ),
}
ROWS = {key: Bad(call, line) for key, (call, line) in TABLE.items()} | {
    'no file': Bad(
        lambda folder: load_from_local(str(folder / 'a.pth')),
        r"There is no checkpoint file '.*a\.pth'",
        FileNotFoundError,
    ),
    'a folder': Bad(
        lambda folder: load_from_local(str(folder)), 'no checkpoint file', FileNotFoundError
    ),
    'an open folder': Bad(folder_as_file, 'Is a directory: ', IsADirectoryError),
}


@pytest.mark.parametrize('row', ROWS.values(), ids=ROWS)
def test_what_is_no_checkpoint_is_refused(row, tmp_path):
    check_refused(row, tmp_path)


def test_the_errors_of_files_are_of_one_type(tmp_path):
    with pytest.raises(CheckpointError):
        read(b'x')(tmp_path)
