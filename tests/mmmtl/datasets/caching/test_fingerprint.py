import functools
import importlib
import re
import sys

import numpy as np
import pytest
import torch

from mmmtl.datasets.caching.fingerprint import fingerprint
from mmmtl.datasets.readers import IdMapReader, ScalarReader
from mmmtl.tasks import ClassTask, ScalarTask

TABLE = {0: 0, 7: 1, 255: 255}
DIFFERENT = [
    1, 2, 1.0, True, '1', b'1', None, [], (), [1], [1, 2], [[1], 2], {}, {'a': 1}, {'a': 2}, {1, 2},
    np.array([1, 2]), np.array([1, 2], np.uint8), np.array([[1, 2]]), torch.tensor([1, 2]),
    IdMapReader(TABLE), IdMapReader({**TABLE, 7: 2}), ScalarReader(), ScalarReader(scale=0.1),
    ClassTask(name='seg'), ClassTask(name='seg', classes=('a', 'b')),
    ScalarTask(name='seg', reader=ScalarReader()), ScalarTask(name='seg', reader=ScalarReader(0.1)),
    int, str, len, max, 'a'.join, 'b'.join, re.compile('a'), re.compile('b'),
    functools.partial(max, 1), functools.partial(max, 2),
]  # fmt: skip


def test_what_is_different_has_another_fingerprint():
    found = [fingerprint(thing) for thing in DIFFERENT]
    assert len(set(found)) == len(DIFFERENT)
    assert found == [fingerprint(thing) for thing in DIFFERENT]
    assert fingerprint(1, 2) != fingerprint(1) != fingerprint([1, 2])
    assert re.fullmatch('[0-9a-f]{16}', found[0])


def test_what_is_equal_has_the_same_one():
    assert fingerprint(IdMapReader(TABLE)) == fingerprint(IdMapReader(dict(TABLE)))
    assert fingerprint(set('abcdef')) == fingerprint(set('fedcba'))
    assert fingerprint([0.1 + 0.2]) != fingerprint([0.3])


def test_functions_are_told_apart_by_what_they_keep():
    def reader_of(scale, offset=0):
        return lambda path, info: scale + offset

    assert fingerprint(reader_of(1)) == fingerprint(reader_of(1))
    assert fingerprint(reader_of(1)) != fingerprint(reader_of(2))


def test_changed_code_is_another_reader(tmp_path, monkeypatch):
    module = tmp_path / 'my_readers.py'
    monkeypatch.syspath_prepend(tmp_path)
    found = []
    for factor in (2, 2, 3):
        module.write_text(
            f'def read(path, info):\n    return {factor}\n'
            'class Base:\n    def __call__(self, path, info):\n        return read(path, info)\n'
        )
        (tmp_path / 'my_further_readers.py').write_text(
            'from my_readers import Base\nclass Further(Base):\n    pass\n'
        )
        for name in ('my_readers', 'my_further_readers'):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        further = importlib.import_module('my_further_readers').Further
        base = sys.modules['my_readers']
        found.append((fingerprint(base.read), fingerprint(base.Base()), fingerprint(further())))
    assert found[0] == found[1]
    assert all(one != other for one, other in zip(found[1], found[2], strict=True))


def test_what_does_not_tell_what_it_holds_is_refused():
    with pytest.raises(
        ValueError, match='expected objects that tell what they hold, found <object'
    ):
        fingerprint([object()])
