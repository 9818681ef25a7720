import runpy
import sys

import pytest


@pytest.fixture
def tool(repository, monkeypatch, capsys):
    """Runs a tool of tools/analysis_tools in this process; gives exit code and output."""

    def run(name, *arguments):
        path = repository / 'tools' / 'analysis_tools' / f'{name}.py'
        monkeypatch.setattr(sys, 'argv', [str(path), *map(str, arguments)])
        with pytest.raises(SystemExit) as exited:
            runpy.run_path(str(path), run_name='__main__')
        printed = capsys.readouterr()
        return exited.value.code, printed.out + printed.err

    return run
