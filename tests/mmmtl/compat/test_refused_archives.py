import io
import tarfile
import warnings
import zipfile

import pytest
import torch

from mmmtl.compat.refused_archives import why_refused


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w') as archive, warnings.catch_warnings():
        warnings.simplefilter('ignore')
        for name in names:
            archive.writestr(name, b'')
    return stream.getvalue()


def tarred():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode='w') as archive:
        archive.addfile(tarfile.TarInfo('pickle'))
    return stream.getvalue()


def saved(**options):
    stream = io.BytesIO()
    torch.save({'a': torch.zeros(1)}, stream, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    ('content', 'reason'),
    [
        (zipped('a/data.pkl', 'a/constants.pkl'), 'it is a program of TorchScript'),
        (zipped('a/data.pkl', 'a/data.pkl'), 'it has two records of the name a/data.pkl'),
        (tarred(), 'it is a tar archive of torch before 0.1.10'),
    ],
)
def test_what_is_refused(tmp_path, content, reason):
    path = tmp_path / 'a.pth'
    path.write_bytes(content)
    assert why_refused(path).startswith(reason)


def test_a_program_that_torch_wrote(tmp_path):
    path = tmp_path / 'a.pth'
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.jit.script(torch.nn.Linear(1, 1)).save(str(path))
    assert 'TorchScript' in why_refused(path)


@pytest.mark.parametrize(
    'content', [saved(), saved(_use_new_zipfile_serialization=False), b'', b'x', bytes(100)]
)
def test_what_is_not(content):
    stream = io.BytesIO(b'12' + content)
    stream.seek(2)
    if not content.startswith(b'PK'):
        assert why_refused(stream) is None
        assert stream.tell() == 2
    assert why_refused(io.BytesIO(content)) is None
