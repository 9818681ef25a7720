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
    helps = {script: read_help(script, capsys) for script in {words[1] for words in commands}}
    for _, script, *arguments in commands:
        for argument in arguments:
            if argument.startswith('--'):
                assert re.search(rf'{argument}\b', helps[script]), f'{script}: {argument}'
            for path in re.findall(r'configs/[\w.-]+\.py', argument):
                assert (repository / path).is_file() or f'# {path}\n' in text


def read_help(script, capsys):
    run_command(['python', script, '--help'])
    return capsys.readouterr().out
