import json

import numpy as np
import pytest
from mmengine.visualization import LocalVisBackend

from mmmtl.evaluation import read_scalars
from tests.utils.logged_runs import TIME, log_run, log_weights


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


def log_line(work_dir, time, step, **tag):
    backend = LocalVisBackend(str(work_dir / time / 'vis_data'))
    backend.add_scalars(tag, step=step, file_path=f'{time}.json')


@pytest.mark.parametrize('made_before', [True, False])
def test_a_validation_that_a_resumed_run_makes_first_counts(tmp_path, made_before):
    log_run(tmp_path, '20250101_000000', [1])
    for iteration in (6, 8):
        log_line(tmp_path, '20250101_000000', iteration, loss=1.0, epoch=2, iter=iteration)
    if made_before:  # the checkpoint was written before it
        log_line(tmp_path, '20250101_000000', 2, **{'seg/mIoU': 20.0})
    log_line(tmp_path, '20250102_000000', 2, **{'seg/val_loss': 0.5})
    log_line(tmp_path, '20250102_000000', 2, **{'seg/mIoU': 20.0})
    log_run(tmp_path, '20250102_000000', [3])
    run = read_scalars(tmp_path)

    assert run.series('val', 'seg/mIoU') == ([1, 2, 3], [10, 20, 30])
    assert [entry.position for entry in run.val if 'seg/mIoU' in entry.values] == [1, 2, 3]
    assert run.series('val', 'seg/val_loss') == ([2], [0.5])
    assert run.series('train', 'loss')[0] == [1, 2, 3]


def test_the_last_validation_may_be_all_that_was_left(tmp_path):
    log_run(tmp_path, '20250101_000000', [1])
    log_line(tmp_path, '20250101_000000', 8, loss=1.0, epoch=2, iter=8)
    log_line(tmp_path, '20250102_000000', 2, **{'seg/mIoU': 20.0})

    assert read_scalars(tmp_path).series('val', 'seg/mIoU') == ([1, 2], [10, 20])


def test_an_epoch_that_was_resumed_in_the_middle_has_both_parts(tmp_path):
    log_run(tmp_path, '20250101_000000', [1])
    for iteration, loss in ((5, 1.0), (6, 2.0), (7, 9.0)):
        log_line(tmp_path, '20250101_000000', iteration, loss=loss, epoch=2, iter=iteration)
    for iteration, loss in ((7, 3.0), (8, 4.0)):
        log_line(tmp_path, '20250102_000000', iteration, loss=loss, epoch=2, iter=iteration)

    assert read_scalars(tmp_path).series('train', 'loss') == ([1, 2], [4.0, 2.5])


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


def test_folder_without_a_log_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=str(tmp_path)):
        read_scalars(tmp_path)


def test_nan_is_kept(tmp_path):
    log_run(tmp_path, '20250101_000000', [1])
    file = tmp_path / '20250101_000000' / 'vis_data' / 'scalars.json'
    file.write_text(file.read_text() + json.dumps({'depth/rmse': float('nan'), 'step': 1}) + '\n')

    assert np.isnan(read_scalars(tmp_path).series('val', 'depth/rmse')[1][0])


@pytest.mark.parametrize('name', ['20250101_000000.log', 'vis_data/scalars.json'])
def test_a_log_file_stands_for_its_folder_among_several(tmp_path, name):
    log_run(tmp_path, '20250101_000000', [1])
    log_run(tmp_path, '20250102_000000', [1], loss=2.0)
    file = tmp_path / '20250101_000000' / name
    file.touch()
    assert read_scalars(file).series('val', 'seg/mIoU') == ([1], [10])


def test_a_test_alone_is_no_run(tmp_path):
    backend = LocalVisBackend(str(tmp_path / '20250101_000000' / 'vis_data'))
    backend.add_scalars({'seg/mIoU': 99.0}, step=0)
    with pytest.raises(ValueError, match='found no training entry in .*scalars.json'):
        read_scalars(tmp_path)


@pytest.mark.parametrize(
    'file', [f'{TIME}/{TIME}.log', f'{TIME}/vis_data/scalars.json'], ids=['text', 'scalars']
)
def test_a_log_file_stands_for_its_folder(tmp_path, file):
    log_weights(tmp_path)
    run = read_scalars(tmp_path / file)
    assert run.series('train', 'seg/weight') == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    assert run.series('train', 'seg/epoch_raw') == ([1, 2, 3, 4, 5], [20] * 5)
