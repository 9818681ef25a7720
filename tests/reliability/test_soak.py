"""The short form of `make soak`."""

import pytest

from tests.reliability.soak.__main__ import soak
from tests.reliability.soak.faults import FAULTS


@pytest.mark.parametrize(
    ('name', 'seen'),
    [('SIGTERM, workers too', 'saved, same bits'), ('SIGKILL, background', 'same bits')],
)
def test_to_every_process_and_its_workers(tmp_path, capsys, name, seen):
    faults = tuple(fault for fault in FAULTS if fault.name == name)
    assert soak(faults, 1, tmp_path), capsys.readouterr().out
    assert f'| {name} | 2 | 1 | 1 {seen} | 1 {seen} |' in capsys.readouterr().out
