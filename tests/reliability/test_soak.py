"""The short form of `make soak`."""

from tests.reliability.soak.__main__ import soak
from tests.reliability.soak.faults import FAULTS


def test_a_signal_to_every_process_and_its_workers(tmp_path, capsys):
    faults = tuple(fault for fault in FAULTS if fault.name == 'SIGTERM, workers too')
    assert soak(faults, 1, tmp_path), capsys.readouterr().out
    assert '| SIGTERM, workers too | 2 | 1 | 1 saved, same bits | 1 saved, same bits |' in (
        capsys.readouterr().out
    )
