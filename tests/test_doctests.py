"""The examples in the docstrings, marked with >>>, give what they say."""

import doctest
from importlib import import_module

import pytest
from mmengine.logging import MessageHub

from tests.utils.paths import REPOSITORY

MODULES = sorted(
    '.'.join(path.relative_to(REPOSITORY).with_suffix('').parts)
    for package in ('mmmtl', 'mmmtl_bench', 'mmmtl_scenes')
    for path in (REPOSITORY / package).rglob('*.py')
    if '>>> ' in path.read_text()
)


def test_there_are_examples():
    assert len(MODULES) >= 12


@pytest.mark.parametrize('name', MODULES)
def test_the_examples_of_a_module(name):
    MessageHub.get_instance(f'examples of {name}')  # a run that a test broke off has left its own
    done = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert done.attempted
    assert not done.failed
