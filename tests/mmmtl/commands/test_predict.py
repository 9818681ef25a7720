import shutil
import subprocess
import sys

import numpy as np
import pytest

from mmmtl import __main__ as command_line
from mmmtl.commands import predict as module
from mmmtl.tasks import ScalarTask
from tests.utils.picture_files import png


@pytest.fixture
def predict(small_model, monkeypatch):
    """Runs the command in this process and gives its exit code."""

    def run(*args):
        argv = ['mmmtl', 'predict', *small_model, *map(str, args), '--device', 'cpu']
        monkeypatch.setattr(sys, 'argv', argv)
        return command_line.main()

    return run


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*.*'))


def test_a_folder(predict, folder, tmp_path, inferencer, capsys):
    out = tmp_path / 'out'
    assert predict(folder, '--out', out, '--save', 'depth', 'npy', '--batch-size', 2) == 0
    names = ['a', 'deep/a', 'deep/b']
    assert files(out) == sorted(
        [f'{task}/{name}.npy' for task in ('seg', 'depth', 'normal') for name in names]
        + [f'depth/{name}.png' for name in names]
    )
    expected = inferencer(folder / 'deep' / 'b.bmp')
    np.testing.assert_allclose(np.load(out / 'depth/deep/b.npy'), expected['depth'], atol=1e-4)
    assert f'3 of 3 predicted, files in {out}' in capsys.readouterr().out


def test_pictures_are_the_default(predict, folder, tmp_path):
    assert predict(folder / 'a.png', '--out', tmp_path / 'out') == 0
    folders = ('pictures', 'pictures_depth', 'pictures_normal', 'pictures_seg')
    assert files(tmp_path / 'out') == [f'{name}/a.png' for name in folders]


def test_no_file_is_no_success(predict, folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(ScalarTask, 'file_form', None)
    for again in range(2):  # the file of an earlier run is not taken for one of this
        assert predict(folder / 'a.png', '--out', tmp_path / 'out', '--save', 'depth') == 1
        captured = capsys.readouterr()
        assert captured.out.endswith('1 of 1 predicted, no file written\n')
        assert captured.err == (
            '--save depth: none of the tasks seg, depth, normal has such files; npy writes any.\n'
        )
        if not again:
            (tmp_path / 'out' / 'depth').mkdir(parents=True)
            (tmp_path / 'out' / 'depth' / 'a.png').write_text('old')


def test_bad_images_are_listed_and_the_others_predicted(predict, folder, tmp_path, capsys):
    (folder / 'a_broken.jpg').write_text('text')
    out = tmp_path / 'out'
    inputs = [folder, tmp_path / 'nowhere.png', folder / 'deep' / 'b.bmp']
    assert predict(*inputs, '--out', out, '--save', 'ids') == 1
    captured = capsys.readouterr()
    assert f'4 of 6 predicted, files in {out}' in captured.out
    assert captured.err.startswith('2 failed:\n')
    assert f'{folder / "a_broken.jpg"}: not an image' in captured.err
    assert f'{tmp_path / "nowhere.png"}: no such file' in captured.err
    assert files(out) == [
        'seg/images/a.png',
        'seg/images/deep/a.png',
        'seg/images/deep/b.png',  # of a file that was given twice
    ]


def test_test_time_augmentation_and_options(predict, folder, tmp_path):
    depths = []
    for index, options in enumerate(
        ((), ('--tta',), ('--cfg-options', 'test_dataloader.dataset.pipeline.2.size=64,96'))
    ):
        out = tmp_path / str(index)
        assert predict(folder / 'a.png', '--out', out, '--save', 'npy', *options) == 0
        depths.append(np.load(out / 'depth' / 'a.npy'))
    assert all(depth.shape == (40, 60) for depth in depths)
    assert abs(depths[0] - depths[1]).max() > 1e-3
    assert abs(depths[0] - depths[2]).max() > 1e-3


def test_a_second_call_fills_what_is_missing(predict, folder, tmp_path, capsys):
    out = tmp_path / 'out'
    call = (folder, '--out', out, '--save', 'ids', '--resume')
    assert predict(*call) == 0
    assert '3 of 3 predicted, 0 were there' in capsys.readouterr().out
    (out / 'seg/deep/a.png').unlink()
    kept = (out / 'seg/a.png').stat().st_mtime_ns
    assert predict(*call) == 0
    assert '1 of 1 predicted, 2 were there' in capsys.readouterr().out
    assert (out / 'seg/deep/a.png').is_file()
    assert (out / 'seg/a.png').stat().st_mtime_ns == kept
    assert predict(*call) == 0  # nothing is left
    assert '0 of 0 predicted, 3 were there' in capsys.readouterr().out


def test_shares_are_together_the_whole(predict, folder, tmp_path, capsys, monkeypatch):
    out = tmp_path / 'out'
    for number in (1, 2):
        assert predict(folder, '--out', out, '--save', 'ids', '--shard', f'{number}/3') == 0
        assert f' predicted of share {number}/3, ' in capsys.readouterr().out
    monkeypatch.setenv('RANK', '2')
    monkeypatch.setenv('WORLD_SIZE', '3')
    assert predict(folder, '--out', out, '--save', 'ids', '--launcher', 'pytorch') == 0
    assert files(out) == ['seg/a.png', 'seg/deep/a.png', 'seg/deep/b.png']


def test_a_name_that_is_too_long_for_a_file(predict, folder, tmp_path, capsys):
    name = 'c' * 240 + '.png'  # before deep/, and for a while its file has a longer name
    shutil.copy(folder / 'a.png', folder / name)
    out = tmp_path / 'out'
    assert predict(folder, '--out', out, '--save', 'ids') == 1
    captured = capsys.readouterr()
    assert '3 of 4 predicted' in captured.out
    assert f'  {folder / name}: ' in captured.err
    assert 'File name too long' in captured.err
    assert files(out) == ['seg/a.png', 'seg/deep/a.png', 'seg/deep/b.png']


def test_predictions_are_no_inputs(predict, folder, tmp_path, capsys):
    out = folder / 'out'
    other = shutil.copy(folder / 'a.png', tmp_path)
    for inputs, count in (([folder], 3), ([folder, other], 4)):
        for there in (0, count):
            assert predict(*inputs, '--out', out, '--save', 'ids', '--resume') == 0
            done = f'{count - there} of {count - there} predicted, {there} were there'
            assert done in capsys.readouterr().out
        shutil.rmtree(out)
    assert predict(folder, '--out', folder) == 1
    assert 'expected another folder for the files' in capsys.readouterr().err


def test_a_failed_share_waits_for_the_others(predict, folder, tmp_path, monkeypatch):
    (folder / 'broken.png').write_text('text')
    ended = []
    monkeypatch.setattr(module, 'end_share', ended.append)
    monkeypatch.setenv('RANK', '0')
    monkeypatch.setenv('WORLD_SIZE', '1')
    call = (folder, '--out', tmp_path / 'out', '--save', 'ids', '--launcher', 'pytorch')
    assert predict(*call) == 1
    (folder / 'broken.png').unlink()
    assert predict(*call) == 0
    assert ended == [True, False]


@pytest.mark.parametrize(
    ('args', 'message'),
    [
        (['x.png', '--out', 'out', '--shard', '0/2'], '--shard: expected one of 1/2 to 2/2'),
        (['empty', '--out', 'out'], 'empty: expected images or videos in the folder, found none'),
        (['x.png', '--out', 'out', '--batch-size', '0'], 'batch_size: expected at least 1'),
        (['x.png', '--out', 'out', '--cfg-options', 'tta_model=None', '--tta'], 'needs tta_model'),
    ],
)
def test_wrong_arguments(predict, tmp_path, monkeypatch, capsys, args, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'empty').mkdir()
    assert predict(*args) == 1
    error = capsys.readouterr().err
    assert error.startswith('error: ')
    assert message in error
    assert not (tmp_path / 'out').exists()


def test_a_limit_that_is_no_number_is_one_error(predict, folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv('MMMTL_MAX_PIXELS', 'many')
    assert predict(folder, '--out', tmp_path / 'out') == 1
    assert capsys.readouterr().err.startswith('error: MMMTL_MAX_PIXELS: expected a positive')


@pytest.mark.e2e
def test_in_a_process_of_its_own(small_model, folder, tmp_path):
    (folder / 'broken.png').write_bytes(b'')
    command = [sys.executable, '-m', 'mmmtl', 'predict', *small_model, str(folder)]
    command += ['--out', str(tmp_path / 'out'), '--save', 'ids', '--device', 'cpu']
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert '3 of 4 predicted' in done.stdout
    assert f'1 failed:\n  {folder / "broken.png"}: not an image' in done.stderr
    assert len(files(tmp_path / 'out')) == 3


def test_every_failure_to_read_is_that_inputs_failure(
    predict, folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv('MMMTL_MAX_PIXELS', '')
    (folder / 'bomb.png').write_bytes(png([b''], 8, 0, width=200_000_000))
    (folder / 'cut.png').write_bytes((folder / 'a.png').read_bytes()[:60])
    (folder / 'none.png').write_bytes(png([b''], 8, 0, width=0))
    (folder / 'loop').symlink_to(folder)
    (folder / 'gone.png').symlink_to('nowhere.png')
    (folder / 'ring.png').symlink_to('ring.png')
    assert predict(folder, '--out', tmp_path / 'out', '--save', 'npy') == 1
    captured = capsys.readouterr()
    assert '3 of 9 predicted' in captured.out
    lines = captured.err.splitlines()
    assert lines[0] == '6 failed:'
    for line, found in zip(
        lines[1:],
        (
            'bomb.png: 200000000 x 1 pixels are more than the limit of 178956970',
            'cut.png: truncated or broken',
            'gone.png: no such file',
            'loop: a link to a folder that it lies in',
            'none.png: not an image, or one without pixels',
            "ring.png'",
        ),
        strict=True,
    ):
        assert f'{folder}/{found}' in line
    assert '[Errno 40]' in lines[-1]
    assert predict(folder / 'a.png', '--out', tmp_path / 'out', '--max-pixels', '10') == 1
    assert 'more than the limit of 10, which' in capsys.readouterr().err
