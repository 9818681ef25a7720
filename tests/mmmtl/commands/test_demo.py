import subprocess
import sys

import pytest


@pytest.mark.e2e
def test_the_demo_leaves_what_it_says(repository, tmp_path):
    loaders = ('train_dataloader', 'val_dataloader', 'test_dataloader')
    roots = [f'{loader}.dataset.data_root={tmp_path / "data"}' for loader in loaders]
    small = ['train_cfg.max_epochs=1', 'param_scheduler.0.total_steps=1']
    command = [sys.executable, repository / 'tools' / 'demo.py', '--work-dir', tmp_path / 'demo']
    command += ['--train-images', '6', '--val-images', '3', '--cfg-options', *roots, *small]

    def run():
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout, (tmp_path / 'demo' / 'metrics.md').read_text()

    printed, table = run()
    assert 'Training: epoch 1/1  loss' in printed
    for name in ('metrics.md', 'predictions.png', 'curves.png', 'config.py', 'checkpoint.pth'):
        assert f'{name}: ' in printed
        assert (tmp_path / 'demo' / name).stat().st_size > 100
    for row in ('| MTAN |', '| constant baseline |', 'seg/mIoU', 'depth/rel_err'):
        assert row in table

    printed_again, table_again = run()  # what is finished is only evaluated again
    assert 'Training: epoch' not in printed_again
    assert table_again == table
