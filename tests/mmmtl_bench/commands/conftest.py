"""What the tests of the commands share: a way to run them."""

from importlib import import_module

import pytest

from mmmtl.commands.program import run_program


@pytest.fixture
def tool(capsys):
    """Runs a command in this process; gives exit code and output."""

    def run(name, *arguments):
        module = import_module(f'mmmtl_bench.commands.{name}')
        code = run_program(module, list(map(str, arguments)))
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run
