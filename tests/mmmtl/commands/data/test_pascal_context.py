import multiprocessing
import os
import signal
import sys

import cv2
import pytest

from mmmtl.commands.data import pascal_context
from mmmtl.commands.program import run_program
from mmmtl.datasets.conversion import PascalConversion, pascal_conversion
from mmmtl.datasets.conversion.pascal_conversion import convert_image
from tests.utils.field_folders import save_list, write_pascal
from tests.utils.killed import write_half_and_die
from tests.utils.scene_files import read_all


@pytest.fixture
def convert(capsys):
    """Runs the command in this process; gives its exit code and what it printed."""

    def run(*args):
        try:
            code = run_program(pascal_context, list(map(str, (*args, '--workers', '1'))))
        except SystemExit as stopped:
            code = stopped.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def root(tmp_path):
    write_pascal(tmp_path / 'set')
    return tmp_path / 'set'


def test_the_command_says_the_size_and_converts(root, convert):
    code, printed, errors = convert(root, '--compare', 2)
    assert (code, errors) == (0, '')
    assert printed.startswith(f'3 images: about 0.0 MB in {root}/converted, ')
    assert '100%' in printed
    assert '2 samples: ' in printed
    assert printed.endswith('times as fast; all labels equal.\n')
    assert len(read_all(root / 'converted')) == 9
    assert convert(root, '--quiet') == (0, '', '')


def test_a_file_cut_short_is_a_line_and_the_others_go_on(root, convert):
    path = root / 'human_parts/a.mat'
    path.write_bytes(path.read_bytes()[:100])
    code, _, errors = convert(root, '--quiet', '--compare', '1')
    assert code == 1
    first, last = errors.splitlines()
    assert first.startswith(f'error: {path}: truncated or broken, expected a MATLAB file')
    assert last == '1 file(s) not converted.'
    assert len(read_all(root / 'converted')) == 8


def test_what_is_interrupted_can_be_repeated(root, convert, monkeypatch):
    calls = []

    def interrupted(*args):
        calls.append(args)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return convert_image(*args)

    monkeypatch.setattr(pascal_conversion, 'convert_image', interrupted)
    code, _, errors = convert(root)
    assert code == 130
    assert errors == ('interrupted: files that were written are whole; the same command goes on\n')
    assert len(read_all(root / 'converted')) == 3
    monkeypatch.undo()
    assert convert(root, '--quiet') == (0, '', '')
    assert len(read_all(root / 'converted')) == 9


def test_room_is_looked_for(root, convert, monkeypatch):
    monkeypatch.setattr(PascalConversion, 'disk_size', lambda self: 10**18)
    code, _, errors = convert(root)
    assert code == 1
    assert 'No space left on device, 1,000,000,000,000.0 MB needed' in errors
    assert not (root / 'converted').exists()


def test_mistakes_are_named(tmp_path, root, capsys):
    for args, reason in (
        ((tmp_path,), 'ImageSets/Context/train.txt: no such file'),
        ((root, '--compare', '-1'), '--compare: expected a number of samples, found -1.'),
        ((root, '--workers', '0'), '--workers: expected at least 1, found 0.'),
    ):
        assert run_program(pascal_context, list(map(str, args))) == 1
        assert reason in capsys.readouterr().err
    assert not (root / 'converted').exists()


def test_a_killed_run_and_two_that_go_on_at_once(tmp_path):
    root = tmp_path / 'set'
    write_pascal(root)
    names = [f'{name}{copy}' for copy in range(10) for name in 'abc']
    for name in names:
        for folder, end in (
            ('JPEGImages', 'jpg'),
            ('human_parts', 'mat'),
            ('pascal-context/trainval', 'mat'),
        ):
            (root / folder / f'{name}.{end}').symlink_to(root / folder / f'{name[0]}.{end}')
    save_list(root / 'ImageSets/Context/train.txt', names)
    save_list(root / 'ImageSets/Context/val.txt', [])
    PascalConversion(root).run(workers=1, progress=False)
    whole = read_all(root / 'converted')
    assert len(whole) == 3 * len(names)
    for path in (root / 'converted').rglob('*.png'):
        path.unlink()

    assert ended(start(root, images=7)) == -signal.SIGKILL
    done = read_all(root / 'converted')
    assert len(done) == 3 * 7
    assert done.items() <= whole.items()
    write_half_and_die(root / 'converted/edges' / f'{names[7]}.png')
    assert [ended(process) for process in [start(root), start(root)]] == [0, 0]
    done = read_all(root / 'converted')
    assert {name: content for name, content in done.items() if name in whole} == whole
    assert len(done) == len(whole) + 1  # what was being written a moment ago may still be


def start(root, images=None):
    """Converts in a process that kills itself before an image, the number of which is given.

    It is not forked from this one, in which libraries have threads: it might wait for one of their
    locks forever.
    """
    context = multiprocessing.get_context('forkserver')
    process = context.Process(target=convert_set, args=(root, images))
    process.start()
    return process


def convert_set(root, images):
    cv2.setNumThreads(1)
    conversion = PascalConversion(root)
    if images is not None:
        convert = pascal_conversion.convert_image
        conversion.names[images:] = [None]
        pascal_conversion.convert_image = lambda root, name: (
            convert(root, name) if name else os.kill(os.getpid(), signal.SIGKILL)
        )
    sys.exit(len(conversion.run(workers=1, progress=False)))


def ended(process):
    process.join()
    return process.exitcode
