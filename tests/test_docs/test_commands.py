"""The commands of pages on tools name files and options that exist."""

import re
import shlex

import pytest

PAGES = ('deployment.md', 'pictures.md')


@pytest.mark.parametrize('page', PAGES)
def test_every_command(repository, page):
    text = (repository / 'docs' / page).read_text()
    blocks = re.findall(r'```bash\n(.*?)```', text, flags=re.DOTALL)
    commands = [
        shlex.split(line)
        for block in blocks
        for line in block.replace('\\\n', ' ').splitlines()
        if line.startswith('python ')
    ]
    assert commands
    for _, script, *arguments in commands:
        source = (repository / script).read_text()
        for argument in arguments:
            if argument.startswith('--'):
                assert f"'{argument}'" in source, f'{script}: {argument}'
            for path in re.findall(r'configs/[\w.-]+\.py', argument):
                assert (repository / path).is_file()
