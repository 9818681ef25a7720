"""The code of the documentation's pages: its Python in a process of its own, its commands here.

A block of Python whose first line names a file, such as ``# configs/...``, is that file: the reader
puts it there. All others are what the reader types into a script.
"""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.utils.paths import CONFIGS, DOCS, REPOSITORY
from tests.utils.toy.toy_runs import environment, run

_NEXT_BLOCK = '===== next block'
_DECIMAL = re.compile(r'-?\d+\.\d+(?:e-?\d+)?')


class Block(NamedTuple):
    """A block of a page."""

    language: str
    code: str

    @property
    def config(self) -> str | None:
        """The path of the config file that the block is, if it is one."""
        return self.file if self.file is not None and self.file.startswith('configs/') else None

    @property
    def file(self) -> str | None:
        """The path of the file that the block is, if it is one."""
        named = re.match(r'# (\S+\.(?:py|yaml))\n', self.code)
        return named[1] if named and self.language in ('python', 'yaml') else None


def read_blocks(page: str, without: str | None = None, only: str | None = None) -> list[Block]:
    """Gives the blocks of a page of ``docs/`` or of README.md, one section left out or alone."""
    text = (REPOSITORY / page if page == 'README.md' else DOCS / page).read_text()
    section = without if only is None else only
    if section is not None:
        before, _, after = text.partition(f'\n## {section}\n')
        assert after, f'{page} has no section {section}'
        inside, _, rest = after.partition('\n## ')
        text = before + '\n' + rest if only is None else inside
    return [Block(*found) for found in re.findall(r'```(\w+)\n(.*?)```', text, flags=re.DOTALL)]


def write_configs(page: str, folder: Path) -> list[Path]:
    """Puts a page's configs where the page says, beside links to those of the repository."""
    blocks = [block for block in read_blocks(page) if block.config is not None]
    assert blocks, f'{page} has no config'
    (folder / 'configs').mkdir(exist_ok=True)
    for path in CONFIGS.iterdir():
        link = folder / 'configs' / path.name
        if not link.exists():
            link.symlink_to(path)
    paths = [folder / str(block.config) for block in blocks]
    for path, block in zip(paths, blocks, strict=True):
        assert not path.exists(), f'{page}: there is a {block.config} already'
        path.write_text(block.code)
    return paths


def run_python(page: str, folder: Path, after: str = '') -> list[list[str]]:
    """Runs the Python of a page as one script, in a process of its own and in a folder.

    Args:
        page: Name of the page.
        folder: What a reader has; the script is put there too.
        after: Code that is run at the end, to look at what the page's variables are.

    Returns:
        The lines that each block printed, and at last those of ``after``.
    """
    blocks = [b.code for b in read_blocks(page) if b.language == 'python' and b.config is None]
    assert blocks, f'{page} has no code'
    script = folder / 'page.py'
    script.write_text(f'print({_NEXT_BLOCK!r})\n'.join([*blocks, after]))
    done = run(sys.executable, script, cwd=folder, OMP_NUM_THREADS='1')
    assert done.returncode == 0, f'{page}: {done.stderr}'
    outputs = done.stdout.split(f'{_NEXT_BLOCK}\n')
    return [output.splitlines() for output in outputs]


def run_session(
    page: str,
    folder: Path,
    replacements: Mapping[str, str] | None = None,
    after: str = '',
    without: str | None = None,
    only: str | None = None,
) -> list[list[str]]:
    """Runs all blocks of a page in their order, in a process of their own and in a folder.

    The files that blocks are stand there from the beginning. The commands of mmmtl run in that
    process too, each as if called anew, which saves the time that their imports take; other
    commands run in processes of their own.

    Args:
        page: Name of the page.
        folder: The folder, with what a reader has.
        replacements: Texts of the page and what stands there instead.
        after: Code that is run at the end, to look at what the page's variables are.
        without: Title of a section that is left out.
        only: Title of the only section that is run.

    Returns:
        The lines that each block printed, those of files left out, and at last those of ``after``.
    """
    blocks = read_blocks(page, without, only)
    for old in replacements or {}:
        assert any(old in block.code for block in blocks), f'{page} has no {old!r}'
    steps = ['import subprocess, sys\n']
    for block in blocks:
        code = block.code
        for old, new in (replacements or {}).items():
            code = code.replace(old, new)
        if block.file is not None:
            (folder / block.file).write_text(code)
            continue
        if block.language == 'python':
            steps.append(code)
        for python, *words in split_commands(code) if block.language == 'bash' else []:
            assert python == 'python'
            if words[:2] == ['-m', 'mmmtl']:
                steps.append(
                    f'assert __import__("mmmtl.__main__").__main__.main({words[2:]!r}) == 0\n'
                )
                continue
            steps.append(f'subprocess.run([sys.executable, *{words!r}], check=True)\n')
        steps.append(f'print({_NEXT_BLOCK!r}, flush=True)\n')
    (folder / 'page.py').write_text(''.join([*steps, after]))
    # Processes that a command starts must not run the script again.
    done = subprocess.run(
        [sys.executable, '-c', "import runpy; runpy.run_path('page.py')"],
        cwd=folder,
        env=environment(OMP_NUM_THREADS='1'),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f'{page}: {done.stdout[-2000:]}{done.stderr}'
    return [output.splitlines() for output in done.stdout.split(f'{_NEXT_BLOCK}\n')]


def check_outputs(page: str, printed: list[list[str]]) -> None:
    """Compares what blocks printed with the blocks of text below them on the page.

    Blank lines and the log's lines on loading do not count, and numbers with a point may differ by
    a little.

    Args:
        page: Name of the page.
        printed: What :func:`run_session` gave for all of the page.
    """
    blocks = [block for block in read_blocks(page) if block.file is None]
    shown = [i for i, block in enumerate(blocks) if block.language == 'text']
    assert shown, f'{page} shows no output'
    for index in shown:
        expected = _counted(blocks[index].code.splitlines())
        found = _counted(printed[index - 1])
        code = blocks[index - 1].code
        assert len(found) == len(expected), f'{page}: {code}printed {found}'
        for line, other in zip(expected, found, strict=True):
            assert _words(line) == _words(other), f'{page}: {code}printed {other!r}'
            assert _decimals(other) == pytest.approx(_decimals(line), rel=0.02, abs=2e-3), (
                f'{page}: {code}printed {other!r}'
            )


def _counted(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip() and 'Loads checkpoint' not in line]


def _words(line: str) -> list[str]:
    return _DECIMAL.sub('0.0', line).split()


def _decimals(line: str) -> list[float]:
    return [float(number) for number in _DECIMAL.findall(line)]


def split_commands(block: str) -> list[list[str]]:
    """Gives the commands of a block in words, without those that install packages."""
    lines = [shlex.split(line) for line in block.replace('\\\n', ' ').splitlines()]
    return [words for words in lines if words and words[0] != 'pip']


def run_command(words: list[str]) -> None:
    """Runs ``python SCRIPT ...`` of the repository, or ``python -m mmmtl ...``, in this folder."""
    python, script, *arguments = words
    assert python == 'python'
    if script == '-m':
        module, *arguments = arguments
        script = f'{module}/__main__.py'
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
