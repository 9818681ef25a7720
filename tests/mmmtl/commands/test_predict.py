import shutil
import subprocess
import sys

import numpy as np
import pytest

from mmmtl import __main__ as command_line
from mmmtl.commands import predict as module
from mmmtl.tasks import ScalarTask
from tests.utils.clips import read_clip, write_clip
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


def test_a_video(predict, tmp_path, capsys):
    clip, out = write_clip(tmp_path / 'clip.avi', count=5), tmp_path / 'new' / 'out.mp4'
    options = ('--overlay', '0.5', '--tasks', 'depth', '--range', 'depth=-5,5', '--batch-size', '2')
    assert predict(clip, '--out', out, *options) == 0
    assert f'5 images in {out}' in capsys.readouterr().out
    rate, found = read_clip(out)
    assert (rate, len(found), found[0].shape) == (12.5, 5, (64, 96, 3))
    assert files(out.parent) == ['out.mp4']


def test_a_video_that_ends_early_is_written_and_named(predict, tmp_path, capsys):
    clip = write_clip(tmp_path / 'clip.avi', count=20)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    count = len(read_clip(clip)[1])
    assert predict(clip, '--out', tmp_path / 'out.avi', '--overlay') == 1
    captured = capsys.readouterr()
    assert f'{count} images in ' in captured.out
    assert captured.err.endswith(
        f'1 failed:\n  {clip}: {count} frames could be read, its header says 20.\n'
    )
    assert len(read_clip(tmp_path / 'out.avi')[1]) == count


@pytest.mark.parametrize(
    ('args', 'message'),
    [
        (['clip.avi', '--resume'], '--resume: expected a folder for --out, found out.mp4'),
        (['clip.avi', '--save', 'npy'], '--save: expected a folder for --out'),
        (['clip.avi', '--shard', '1/2'], '--shard: expected a folder for --out'),
        (['clip.avi', '--launcher', 'mpi'], '--launcher: expected a folder for --out'),
        (['clip.avi', 'other.avi'], '--out out.mp4: expected one video, found 2 inputs'),
        (['text.mp4'], 'text.mp4: missing, not a video that OpenCV can read, or without frames'),
        (['17'], 'webcam 17: expected a camera that gives images, found none'),
        (['clip.avi', '--range', 'seg=0,1'], "range: expected tasks whose colours span one, ['d"),
        (['clip.avi', '--overlay', '2'], 'opacity: expected a number from 0 to 1, found 2'),
        (['clip.avi', '--baseline', '1'], '--baseline: expected --camera beside it'),
    ],
)
def test_a_video_that_cannot_be(predict, tmp_path, monkeypatch, capfd, args, message):
    monkeypatch.chdir(tmp_path)
    write_clip(tmp_path / 'clip.avi')
    (tmp_path / 'text.mp4').write_text('text')
    assert predict(*args, '--out', 'out.mp4') == 1
    error = capfd.readouterr().err
    assert error.startswith(f'error: {message}')
    assert len(error.splitlines()) == 2  # and how to see the traceback
    assert files(tmp_path) == ['clip.avi', 'text.mp4']


def test_points(predict, folder, tmp_path, capsys):
    camera = ('--camera', '50,50,30,20', '--max-depth', '2')
    assert predict(folder / 'a.png', '--out', tmp_path / 'out', '--save', 'points', *camera) == 0
    assert files(tmp_path / 'out') == ['depth/a.ply']
    assert predict(folder, '--out', tmp_path / 'out', '--save', 'points', '--tasks', 'seg') == 1
    assert 'none of the tasks seg has such files' in capsys.readouterr().err


def test_a_file_that_is_called_as_a_webcam(predict, folder, tmp_path, monkeypatch):
    shutil.copy(folder / 'a.png', folder / '0')
    monkeypatch.chdir(folder)
    assert predict('0', '--out', tmp_path / 'out', '--save', 'ids') == 0
    assert files(tmp_path / 'out') == ['seg/0.png']
