import subprocess
import sys

import pytest


@pytest.mark.e2e
def test_the_demo_leaves_what_it_says(repository, tmp_path):
    loaders = ('train_dataloader', 'val_dataloader', 'test_dataloader')
    roots = [f'{loader}.dataset.data_root={tmp_path / "data"}' for loader in loaders]
    small = ['train_cfg.max_epochs=1', 'param_scheduler.0.total_steps=1']
    done = subprocess.run(
        [sys.executable, repository / 'tools/demo.py', '--work-dir', tmp_path / 'demo']
        + ['--train-images', '6', '--val-images', '3', '--cfg-options', *roots, *small],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert 'Training: epoch 1/1  loss' in done.stdout
    for name in ('metrics.md', 'predictions.png', 'curves.png', 'config.py', 'checkpoint.pth'):
        assert f'{name}: ' in done.stdout
        assert (tmp_path / 'demo' / name).stat().st_size > 100
    table = (tmp_path / 'demo' / 'metrics.md').read_text()
    for row in ('| MTAN |', '| constant baseline |', 'seg/mIoU', 'depth/rel_err'):
        assert row in table
