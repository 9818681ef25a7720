"""The commands of pages name files and options that exist, those too that take long to run."""

import re

import pytest

from tests.utils.doc_pages import read_blocks, run_command, split_commands

PAGES = ('benchmarking.md', 'benchmarks.md', 'deployment.md', 'mixing.md', 'pictures.md')


@pytest.mark.parametrize('page', PAGES)
def test_every_command(repository, page, capsys):
    text = (repository / 'docs' / page).read_text()
    commands = [
        command
        for language, block in read_blocks(page)
        for command in (split_commands(block) if language == 'bash' else [])
    ]
    assert commands
    helps = {program: read_help(program, capsys) for program in {*map(program_of, commands)}}
    for words in commands:
        program = program_of(words)
        for argument in words[1 + len(program) :]:
            if argument.startswith('--'):
                assert re.search(rf'{argument}\b', helps[program]), f'{program}: {argument}'
            for path in re.findall(r'configs/[\w.-]+\.py', argument):
                assert (repository / path).is_file() or f'# {path}\n' in text


def program_of(words):
    """Gives the words of a script, or of ``-m mmmtl COMMAND``."""
    return tuple(words[1:4] if words[1] == '-m' else words[1:2])


def read_help(program, capsys):
    run_command(['python', *program, '--help'])
    return capsys.readouterr().out
