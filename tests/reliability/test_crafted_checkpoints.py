"""Nothing that is in a checkpoint is executed, however it is packed."""

from __future__ import annotations

import contextlib
import warnings

import pytest

from mmmtl.compat.checkpoint import CheckpointError, UnsafeCheckpointError, load_from_local
from tests.utils.bad_inputs import written
from tests.utils.crafted.calls import CALLS, RUNNING
from tests.utils.crafted.harmless import HARMLESS
from tests.utils.crafted.structures import RUNNING_STRUCTURES, STRUCTURES
from tests.utils.crafted.tensors import MANY, REPEATED, WRONG
from tests.utils.toy.crafted_files import run_unrestricted

ROWS = {**CALLS, **STRUCTURES, **WRONG}
DANGEROUS = {name: ROWS[name] for name in (*RUNNING, *RUNNING_STRUCTURES)}


@pytest.mark.parametrize('name', ROWS)
@pytest.mark.filterwarnings('ignore:Detected pickle protocol')
def test_refused_in_one_line_and_nothing_is_executed(tmp_path, name):
    canary = tmp_path / 'canary'
    path = written(tmp_path, 'a.pth', ROWS[name](canary))
    with pytest.raises(CheckpointError) as caught:
        load_from_local(path)
    message = str(caught.value)
    assert path in message
    assert '\n' not in message
    assert 'weights_only' not in message
    assert not canary.exists()
    if name in CALLS:
        assert isinstance(caught.value, UnsafeCheckpointError)
        assert f'it asks for {name.removeprefix("builtins.")}' in message


@pytest.mark.parametrize('name', HARMLESS)
def test_what_is_not_looked_at_is_not_executed(tmp_path, name):
    canary = tmp_path / 'canary'
    path = written(tmp_path, 'a.pth', HARMLESS[name](canary))
    read = load_from_local(path)
    assert 'config' not in read.get('meta', {})
    assert not canary.exists()


@pytest.mark.parametrize('name', DANGEROUS)
def test_the_files_are_dangerous(tmp_path, name):
    canary = tmp_path / 'canary'
    path = written(tmp_path, 'a.pth', DANGEROUS[name](canary))
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        with contextlib.suppress(Exception):  # of what becomes of the value, after the call
            run_unrestricted(path)
    assert canary.exists()


def test_numbers_that_are_repeated_are_not_counted_one_by_one(tmp_path):
    weight = load_from_local(written(tmp_path, 'a.pth', REPEATED(tmp_path)))['state_dict']['weight']
    assert weight.shape == (MANY,)
