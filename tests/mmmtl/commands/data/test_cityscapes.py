import json

import pytest

from mmmtl.commands.data import cityscapes
from mmmtl.commands.program import run_program
from tests.utils.random_data import write_cityscapes


@pytest.fixture
def convert(capsys):
    """Runs the command in this process; gives its exit code and what it printed."""

    def run(source, target, *options):
        try:
            code = run_program(cityscapes, [str(source), str(target), '--workers', '1', *options])
        except SystemExit as stopped:
            code = stopped.code
        return code, *capsys.readouterr()

    return run


def test_a_copy_and_mistakes_that_are_named(convert, tmp_path):
    source = write_cityscapes(tmp_path / 'original', dict(train=2, val=1), size=(64, 128))
    copy = tmp_path / 'copy'
    code, printed, _ = convert(source, copy, '--size', '32x64')
    assert code == 0
    assert printed.endswith(f'3 samples of size 32x64 in {copy}\n')
    for target, options, reason in (
        (copy, ('--size', '16x32'), 'size is [32, 64], expected [16, 32]'),
        (source, (), 'holds leftImg8bit but no reduced_cityscapes.json'),
        (tmp_path / 'new', ('--splits', 'test'), 'leftImg8bit/test: expected images'),
        (tmp_path / 'new', ('--workers', '0'), '--workers: expected at least 1, found 0.'),
        (tmp_path / 'new', ('--size', '128'), 'expected HEIGHTxWIDTH such as 128x256'),
    ):
        code, _, errors = convert(source, target, *options)
        assert code != 0
        assert reason in errors
    assert json.loads((copy / 'reduced_cityscapes.json').read_text()) == dict(size=[32, 64])


def test_a_broken_original_is_named(cityscapes_root, convert, tmp_path):
    path = cityscapes_root / 'gtFine/train/town/town_000000_000002_gtFine_labelIds.png'
    path.write_bytes(path.read_bytes()[:60])
    code, _, errors = convert(cityscapes_root, tmp_path / 'out', '--size', '16x32')
    assert code == 1
    assert f'error: {path}: truncated or broken' in errors
