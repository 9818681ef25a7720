import argparse
from pathlib import Path

import pytest

from mmmtl.apis.run_arguments import add_runs, runs_by_name


def read(*arguments):
    parser = argparse.ArgumentParser()
    add_runs(parser, 'picture.png')
    return parser.parse_args(arguments)


def test_names_are_those_given_or_the_paths():
    args = read('runs/a', 'runs/b')
    assert runs_by_name(args) == {'runs/a': Path('runs/a'), 'runs/b': Path('runs/b')}
    assert args.out == Path('picture.png')
    assert runs_by_name(read('a', '--names', 'equal', '--out', 'x.pdf')) == {'equal': Path('a')}


@pytest.mark.parametrize('arguments', [('a', 'a'), ('a', '--names', 'x', 'y')])
def test_there_is_one_name_for_each_run(arguments):
    with pytest.raises(ValueError, match='--names: expected . different names'):
        runs_by_name(read(*arguments))
