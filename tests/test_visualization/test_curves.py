import json

import numpy as np
import pytest
from mmengine.visualization import LocalVisBackend
from PIL import Image

from mmmtl.visualization import draw_learning_curves, read_scalars

BLUE, VERMILION = (0, 114, 178), (213, 94, 0)
ITERS_PER_EPOCH = 4


def log_run(work_dir, time, epochs, loss=1.0, by_epoch=True, prefix=False):
    """Logs epochs as mmengine's LoggerHook does: two training entries, then a validation."""
    backend = LocalVisBackend(str(work_dir / time / 'vis_data'))
    train, val = ('train/', 'val/') if prefix else ('', '')
    for epoch in epochs:
        for iteration in (2, 4):
            step = (epoch - 1) * ITERS_PER_EPOCH + iteration
            tag = {
                f'{train}loss': loss / epoch + iteration,
                f'{train}seg/loss': loss / epoch,
                'data_time': 0.1,
                'time': 0.2,
                'iter': step,
            }
            if by_epoch:
                tag['epoch'] = epoch
            backend.add_scalars(tag, step=step, file_path=f'{time}.json')
        tag = {f'{val}seg/mIoU': 10.0 * epoch * loss, 'data_time': 0.1, 'time': 0.2}
        backend.add_scalars(tag, step=epoch if by_epoch else step, file_path=f'{time}.json')


def test_series_of_a_run(tmp_path):
    log_run(tmp_path, '20250101_000000', [1, 2])
    run = read_scalars(tmp_path)

    assert run.by_epoch
    assert run.keys('train') == ['loss', 'seg/loss']
    assert run.keys('val') == ['seg/mIoU']
    assert run.series('train', 'loss') == ([1, 2], [1 + 3, 0.5 + 3])
    assert run.series('train', 'seg/loss') == ([1, 2], [1, 0.5])
    assert run.series('val', 'seg/mIoU') == ([1, 2], [10, 20])


def test_run_by_iterations(tmp_path):
    log_run(tmp_path, '20250101_000000', [1, 2], by_epoch=False)
    run = read_scalars(tmp_path)

    assert not run.by_epoch
    assert run.series('train', 'seg/loss') == ([2, 4, 6, 8], [1, 1, 0.5, 0.5])
    assert run.series('val', 'seg/mIoU') == ([4, 8], [10, 20])


def test_names_logged_with_hierarchy(tmp_path):
    log_run(tmp_path, '20250101_000000', [1], prefix=True)
    run = read_scalars(tmp_path)

    assert run.keys('train') == ['loss', 'seg/loss']
    assert run.keys('val') == ['seg/mIoU']


@pytest.mark.parametrize('by_epoch', [True, False])
def test_resumed_run_replaces_what_it_trained_again(tmp_path, by_epoch):
    log_run(tmp_path, '20250101_000000', [1, 2, 3], by_epoch=by_epoch)
    log_run(tmp_path, '20250102_000000', [3, 4], loss=2.0, by_epoch=by_epoch)
    run = read_scalars(tmp_path)

    assert run.series('val', 'seg/mIoU')[1] == [10, 20, 60, 80]
    losses = run.series('train', 'seg/loss')[1]
    expected = [1, 1 / 2, 2 / 3, 2 / 4]
    assert losses == pytest.approx(expected if by_epoch else np.repeat(expected, 2))


def test_run_that_was_started_anew_has_nothing_of_the_old_one(tmp_path):
    log_run(tmp_path, '20250101_000000', [1, 2, 3])
    log_run(tmp_path, '20250102_000000', [1], loss=2.0)

    assert read_scalars(tmp_path).series('val', 'seg/mIoU') == ([1], [20])


def test_lone_validation_is_left_out(tmp_path):
    log_run(tmp_path, '20250101_000000', [1, 2])
    backend = LocalVisBackend(str(tmp_path / '20250102_000000' / 'vis_data'))
    backend.add_scalars({'seg/mIoU': 99.0}, step=0)

    assert read_scalars(tmp_path).series('val', 'seg/mIoU') == ([1, 2], [10, 20])


def test_folder_of_one_start_can_be_read_alone(tmp_path):
    log_run(tmp_path, '20250101_000000', [1, 2])

    assert len(read_scalars(tmp_path / '20250101_000000').val) == 2


def test_line_cut_by_a_kill_is_left_out(tmp_path):
    log_run(tmp_path, '20250101_000000', [1])
    file = tmp_path / '20250101_000000' / 'vis_data' / 'scalars.json'
    file.write_text(file.read_text() + '{"loss": 0.')

    assert len(read_scalars(tmp_path).train) == 2


def test_broken_line_is_named(tmp_path):
    log_run(tmp_path, '20250101_000000', [1])
    file = tmp_path / '20250101_000000' / 'vis_data' / 'scalars.json'
    file.write_text('{"loss": 0.\n' + file.read_text())

    with pytest.raises(ValueError, match='scalars.json, line 1: not JSON'):
        read_scalars(tmp_path)


def test_nan_is_kept(tmp_path):
    log_run(tmp_path, '20250101_000000', [1])
    file = tmp_path / '20250101_000000' / 'vis_data' / 'scalars.json'
    file.write_text(file.read_text() + json.dumps({'depth/rmse': float('nan'), 'step': 1}) + '\n')

    assert np.isnan(read_scalars(tmp_path).series('val', 'depth/rmse')[1][0])
    draw_learning_curves([tmp_path], tmp_path / 'curves.png')


def test_folder_without_a_log_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=str(tmp_path)):
        read_scalars(tmp_path)


def test_picture_has_a_colour_per_run(tmp_path):
    log_run(tmp_path / 'a', '20250101_000000', range(1, 6))
    log_run(tmp_path / 'b', '20250101_000000', range(1, 6), loss=2.0)
    one, two = tmp_path / 'one.png', tmp_path / 'two.png'
    draw_learning_curves([tmp_path / 'a'], one)
    draw_learning_curves({'A': tmp_path / 'a', 'B': tmp_path / 'b'}, two)

    def amount(path, color):
        return (np.asarray(Image.open(path).convert('RGB')) == color).all(axis=-1).sum()

    assert amount(one, BLUE) > 200
    assert amount(one, VERMILION) == 0
    assert amount(two, BLUE) > 200
    assert amount(two, VERMILION) > 200


def test_plots_and_names(tmp_path):
    log_run(tmp_path / 'a', '20250101_000000', range(1, 6))
    log_run(tmp_path / 'b', '20250101_000000', range(1, 4))
    runs = {'first run': tmp_path / 'a', 'second run': tmp_path / 'b'}
    draw_learning_curves(runs, tmp_path / 'two.svg')
    draw_learning_curves([tmp_path / 'a'], tmp_path / 'one.svg')

    two, one = (tmp_path / 'two.svg').read_text(), (tmp_path / 'one.svg').read_text()
    for text in ('loss, training', 'seg/loss, training', 'seg/mIoU ↑', 'epoch'):
        assert f'<!-- {text} -->' in two
    for name in runs:
        assert f'<!-- {name} -->' in two
    assert '<!-- best 50 -->' in one


def test_mistakes(tmp_path):
    log_run(tmp_path / 'epochs', '20250101_000000', [1])
    log_run(tmp_path / 'iterations', '20250101_000000', [1], by_epoch=False)
    out_file = tmp_path / 'curves.png'

    with pytest.raises(ValueError, match='run_dirs: .* found none'):
        draw_learning_curves([], out_file)
    with pytest.raises(ValueError, match='all runs to count epochs, or all iterations'):
        draw_learning_curves([tmp_path / 'epochs', tmp_path / 'iterations'], out_file)
    with pytest.raises(ValueError, match='out_file: .* found .*curves.bmp'):
        draw_learning_curves([tmp_path / 'epochs'], tmp_path / 'curves.bmp')
