import pytest

from mmmtl.commands import configs
from mmmtl.commands.program import run_program
from mmmtl.shipped_files import find_config, find_suite


def test_what_is_listed_can_be_used(capsys):
    assert run_program(configs, ['mtan_segnet_nyuv2*']) == 0
    listed = capsys.readouterr().out.split()
    assert 'mmmtl::mtan_segnet_nyuv2.py' in listed
    assert all(find_config(name).is_file() for name in listed)
    assert run_program(configs, ['--suites']) == 0
    listed = capsys.readouterr().out.split()
    assert 'mmmtl::embedded.yaml' in listed
    assert all(find_suite(name).is_file() for name in listed)


@pytest.mark.parametrize(('option', 'what'), [([], 'config'), (['--suites'], 'suite')])
def test_a_pattern_that_nothing_matches(capsys, option, what):
    assert run_program(configs, ['nothing*', *option]) == 1
    message = f"error: pattern: no {what} of the package matches 'nothing*'."
    assert message in capsys.readouterr().err
