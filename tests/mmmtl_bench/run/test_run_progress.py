"""How far a run has come, from what it logs."""

import pytest

from mmmtl_bench.run.run_progress import RunProgress, training_length
from tests.utils.fake_runs import write_scalars

TRAIN = '{"epoch": 2, "iter": 12, "step": 12, "loss": 0.5}'
VAL = '{"seg/mIoU": 41.5, "seg/val_loss": 1.2, "time": 0.1, "data_time": 0.1, "step": 2}'


def test_progress_follows_the_log(tmp_path):
    progress = RunProgress(tmp_path, 4)
    progress.update()
    assert (progress.position, progress.done, progress.metrics) == (0, 0, {})
    path = write_scalars(tmp_path, TRAIN)
    progress.update()
    assert (progress.position, progress.done) == (2, 1)
    with path.open('a') as stream:
        stream.write(VAL[:20])
        stream.flush()
        progress.update()
        assert progress.done == 1  # the line is not whole
        stream.write(VAL[20:] + '\n')
    progress.update()
    assert (progress.position, progress.done) == (2, 2)
    assert progress.metrics == {'seg/mIoU': 41.5}


def test_progress_follows_a_run_that_was_resumed(tmp_path):
    write_scalars(tmp_path, TRAIN, VAL, '{"epoch": 3, "iter": 13}')
    progress = RunProgress(tmp_path, 4)
    progress.update()
    assert progress.position == 3
    write_scalars(tmp_path, TRAIN, start='20260102_000000')
    progress.update()
    assert (progress.position, progress.done) == (2, 1)


def test_progress_in_iterations(tmp_path):
    write_scalars(tmp_path, '{"iter": 30, "step": 30}', '{"a": 1.5, "step": 30}')
    progress = RunProgress(tmp_path, 100, by_epoch=False)
    progress.update()
    assert (progress.done, progress.metrics) == (30, {'a': 1.5})


def test_the_length_of_a_training():
    assert training_length(dict(train_cfg=dict(max_epochs=3, val_interval=1))) == (3, True)
    assert training_length(dict(train_cfg=dict(max_iters=70))) == (70, False)
    with pytest.raises(ValueError, match='expected max_epochs or max_iters, found {}'):
        training_length({})
