"""The short form of `make soak`."""

import random
from functools import partial

import pytest

from tests.reliability.soak.__main__ import soak
from tests.reliability.soak.faults import FAULTS
from tests.reliability.soak.fuzzing import READ_OR_REFUSED, TARGETS, damage, fuzz
from tests.reliability.soak.long_runs import FLAT, Flatness, in_process, iterate


@pytest.mark.parametrize(
    ('name', 'seen'),
    [('SIGTERM, workers too', 'saved, same bits'), ('SIGKILL, background', 'same bits')],
)
def test_to_every_process_and_its_workers(tmp_path, capsys, name, seen):
    faults = tuple(fault for fault in FAULTS if fault.name == name)
    assert soak(faults, 1, tmp_path), capsys.readouterr().out
    assert f'| {name} | 2 | 1 | 1 {seen} | 1 {seen} |' in capsys.readouterr().out


def test_a_training_leaves_nothing_behind(tmp_path):
    run = partial(iterate, count=120, pictures=True)
    assert in_process(tmp_path / 'run', run) == FLAT


def test_a_leak_is_seen():
    flatness, kept = Flatness(4), []
    for number in range(1, 5):
        kept.append(bytearray(b'x' * 4_000_000))
        flatness.step(number)
    assert flatness.verdict().endswith('MB and 0 files more')


@pytest.mark.parametrize('target', ['pictures', 'checkpoints', 'suite files', 'NYUv2 files'])
def test_damaged_files_are_read_or_refused(tmp_path, monkeypatch, target):
    monkeypatch.setenv('MMMTL_MAX_PIXELS', '100000')
    assert TARGETS[target](tmp_path, seed=0, seconds=0.3) == READ_OR_REFUSED


@pytest.mark.parametrize(
    ('error', 'seen'),
    [
        (ValueError('broken'), 'an error without a name: broken'),
        (KeyError('x'), "KeyError: 'x'"),
        (ValueError('a.x: broken'), READ_OR_REFUSED),
    ],
)
def test_what_fuzzing_sees(tmp_path, error, seen):
    folder = tmp_path / 'folder'
    folder.mkdir()

    def read(path):
        raise error

    assert fuzz(folder, 'a.x', (b'abc',), read, 0, 0.05).startswith(seen)


def test_damages_differ():
    chance = random.Random(0)
    assert len({damage(b'0123456789', chance) for _ in range(50)}) > 40
