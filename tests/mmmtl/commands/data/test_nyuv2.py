import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mmmtl.commands.data import nyuv2
from mmmtl.commands.program import run_program
from mmmtl.datasets.conversion import NYUv2Conversion, convert_nyuv2
from tests.utils.killed import write_half_and_die
from tests.utils.nyuv2_files import random_images, write_mat, write_splits
from tests.utils.paths import TOOLS
from tests.utils.scene_files import read_all

TRAIN, VAL = 22, 10
COUNT = TRAIN + VAL
TOOL = TOOLS / 'dataset_converters' / 'nyuv2.py'


def command(official, out, *options):
    mat, splits = official
    return [TOOL, mat, '--splits', splits, '--out', out, '--size', '60x80', *options]


@pytest.fixture
def convert(capsys):
    """Runs the command in this process; gives its exit code and what it printed."""

    def run(*args):
        try:
            code = run_program(nyuv2, list(map(str, command(*args)[1:])))
        except SystemExit as stopped:
            code = stopped.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope='module')
def official(tmp_path_factory):
    folder = tmp_path_factory.mktemp('official')
    numbers = np.random.default_rng(0).permutation(COUNT) + 1
    return (
        write_mat(folder / 'nyu.mat', random_images(COUNT, (240, 320))),
        write_splits(folder / 'splits.mat', numbers[:TRAIN].tolist(), numbers[TRAIN:].tolist()),
    )


@pytest.fixture(scope='module')
def whole(official, tmp_path_factory):
    """Converted in one go by one process."""
    out = tmp_path_factory.mktemp('whole') / 'nyuv2'
    mat, splits = official
    convert_nyuv2(NYUv2Conversion(mat, splits, out, (60, 80)), workers=1, progress=False)
    return out


def test_the_command_converts(official, whole, tmp_path, convert):
    code, printed, _ = convert(official, tmp_path)
    assert code == 0
    assert f'{tmp_path}: {COUNT} samples converted.' in printed
    assert read_all(tmp_path) == read_all(whole)
    for split, count in (('train', TRAIN), ('val', VAL)):
        for folder in ('image', 'label', 'depth', 'normal'):
            found = {path.name for path in (tmp_path / split / folder).iterdir()}
            assert found == {f'{i}.npy' for i in range(count)}
    assert np.load(tmp_path / 'train/image/21.npy').shape == (60, 80, 3)


def descendants(pid):
    children = Path(f'/proc/{pid}/task/{pid}/children').read_text().split()
    return [number for child in map(int, children) for number in (child, *descendants(child))]


def wait_for(condition, seconds=300):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.e2e
@pytest.mark.skipif(not Path('/proc/self/task').exists(), reason='no /proc with the processes')
def test_a_killed_run_goes_on(official, whole, tmp_path, convert):
    out = tmp_path / 'nyuv2'
    run = subprocess.Popen([sys.executable, *command(official, out, '--quiet')])
    wait_for(lambda: len(list(out.rglob('*.npy'))) >= 8 or run.poll() is not None)
    workers = descendants(run.pid)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert len(workers) >= 2
    wait_for(lambda: not any(Path(f'/proc/{pid}').exists() for pid in workers), 60)
    complete = {
        name: (out / name).stat().st_mtime_ns for name in read_all(out) if '.tmp' not in name
    }
    assert 8 <= len(complete) < 4 * COUNT
    write_half_and_die(out / 'train/image/0.npy')
    write_half_and_die(out / 'nyuv2_conversion.json')
    assert convert(official, out, '--quiet') == (0, '', '')
    assert read_all(out) == read_all(whole)
    folders = ('image', 'label', 'depth', 'normal')
    for name, stamp in complete.items():
        path = Path(name)
        rest = {str(path.parent.parent / folder / path.name) for folder in folders}
        if rest <= set(complete):
            assert (out / name).stat().st_mtime_ns == stamp


def test_other_parameters_are_refused(official, whole, convert):
    code, _, printed = convert(official, whole, '--classes', '40')
    assert code == 1
    assert f'error: {whole} holds conversions of NYUv2' in printed
    assert 'classes is 13, expected 40' in printed


def test_mistakes_are_named(official, tmp_path, convert):
    mat, splits = official
    cut, out = tmp_path / 'cut.mat', tmp_path / 'out'
    cut.write_bytes(mat.read_bytes()[:100000])
    for source, options, expected, reason in (
        ((cut, splits), (), 1, f'error: {cut}: truncated or broken HDF5 file'),
        ((splits, splits), (), 1, 'found a MATLAB 5 file'),
        ((mat, mat), (), 1, f'{mat}: expected a MATLAB 5 file'),
        (official, ('--normals', tmp_path / 'none'), 1, 'none: no such folder'),
        (official, ('--flip-normals', 'z'), 1, 'flip_normals: only for normals'),
        (official, ('--workers', '0'), 1, 'workers: expected at least 1, found 0'),
        (official, ('--crop-border',), 1, 'only known of images of 480x640, found 240x320'),
        (official, ('--classes', '12'), 2, 'invalid choice: 12'),
        (official, ('--size', '12'), 2, "expected HEIGHTxWIDTH such as 128x256, found '12'"),
    ):
        code, _, printed = convert(source, out, *options)
        assert code == expected
        assert reason in printed
    assert not out.exists()


def test_a_bad_image_is_named(tmp_path, convert):
    content = random_images(4, (12, 16))
    content.depths[2, 3, 4] = np.nan
    mat = write_mat(tmp_path / 'nyu.mat', content)
    splits = write_splits(tmp_path / 'splits.mat', [1, 2], [3, 4])
    code, _, printed = convert((mat, splits), tmp_path / 'out')
    assert code == 1
    assert f'error: {mat}: image 3 of 4: expected finite depths' in printed
    assert not list((tmp_path / 'out').rglob('.*'))
