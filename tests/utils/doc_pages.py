"""The code of the documentation's pages, and a way to run its commands in this process."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest

from tests.utils.paths import REPOSITORY


def read_blocks(page: str, without: str | None = None) -> list[tuple[str, str]]:
    """Gives language and code of a page's blocks, those of one section left out."""
    text = (REPOSITORY / 'docs' / page).read_text()
    if without is not None:
        before, _, after = text.partition(f'## {without}\n')
        assert after, f'{page} has no section {without}'
        text = before + after.partition('\n## ')[2]
    return re.findall(r'```(\w+)\n(.*?)```', text, flags=re.DOTALL)


def split_commands(block: str) -> list[list[str]]:
    """Gives the commands of a block in words, without those that install packages."""
    lines = [shlex.split(line) for line in block.replace('\\\n', ' ').splitlines()]
    return [words for words in lines if words and words[0] != 'pip']


def run_command(words: list[str]) -> None:
    """Runs ``python SCRIPT ...`` of the repository in the folder that is the current one."""
    python, script, *arguments = words
    assert python == 'python'
    path = str(REPOSITORY / script)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr('sys.argv', [path, *arguments])
        patch.syspath_prepend(str(Path(path).parent))
        code: object = None
        try:
            runpy.run_path(path, run_name='__main__')
        except SystemExit as ended:
            code = ended.code
    assert code in (None, 0), f'{script} ended with {code}'
