from __future__ import annotations

import runpy
import sys

import pytest

from tests.utils.paths import TOOLS


@pytest.fixture
def render(monkeypatch, capsys):
    """Runs a tool that renders data in this process; gives exit code, output and errors."""

    def run(name, *arguments):
        path = TOOLS / 'dataset_converters' / f'{name}.py'
        monkeypatch.setattr(sys, 'argv', [str(path), *map(str, arguments)])
        with pytest.raises(SystemExit) as exited:
            runpy.run_path(str(path), run_name='__main__')
        printed = capsys.readouterr()
        return exited.value.code, printed.out, printed.err

    return run
