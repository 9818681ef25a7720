import sys

import pytest

from mmmtl.commands import configs, train
from mmmtl.commands.program import called_as, run_program


def test_a_program_has_the_help_of_its_command(capsys):
    with pytest.raises(SystemExit, match='0'):
        run_program(configs, ['--help'])
    printed = capsys.readouterr().out
    assert configs.__doc__.splitlines()[0] in printed
    assert '--suites' in printed


def test_errors_of_users_are_one_line(capsys):
    assert run_program(train, ['mmmtl::mtan_segnet_nyuv3.py']) == 1
    error = capsys.readouterr().err
    assert error.startswith(
        "error: There is no config of the package 'mmmtl::mtan_segnet_nyuv3.py'. Is it "
        'mmmtl::mtan_segnet_nyuv2.py'
    )


@pytest.mark.parametrize(
    ('argv', 'words'),
    [
        (['/a/mmmtl/__main__.py', 'train', 'x'], ['python', '-m', 'mmmtl', 'train', 'x']),
        (['/a/bin/mmmtl', 'train'], ['mmmtl', 'train']),
        (['tools/train.py', 'x'], ['python', 'tools/train.py', 'x']),
    ],
)
def test_a_command_line_as_it_is_typed(monkeypatch, argv, words):
    monkeypatch.setattr(sys, 'argv', argv)
    assert called_as() == words
