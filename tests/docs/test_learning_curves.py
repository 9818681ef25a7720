"""The section of docs/pictures.md on learning curves: its config loads, its command draws."""

from mmengine.config import Config
from mmengine.visualization import LocalVisBackend

from tests.utils.doc_pages import read_blocks, run_command, split_commands, write_configs

PAGE = 'pictures.md'
REST = read_blocks(PAGE, without='Learning curves')
COMMANDS, _ = [block for block in read_blocks(PAGE) if block not in REST]


def log_run(folder, factor):
    """Logs three epochs, as a run with the config of the section does."""
    backend = LocalVisBackend(str(folder / '20260101_000000' / 'vis_data'))
    for epoch in (1, 2, 3):
        losses = dict(seg=factor / epoch, depth=factor / epoch / 20)
        train = {f'{task}/loss': loss for task, loss in losses.items()}
        train |= {f'{task}/epoch_raw': loss for task, loss in losses.items()}
        backend.add_scalars({**train, 'epoch': epoch, 'iter': epoch}, step=epoch)
        val = {f'{task}/val_loss': 1.1 * loss for task, loss in losses.items()}
        backend.add_scalars({**val, 'seg/mIoU': 10 * epoch, 'depth/abs_err': 0.1}, step=epoch)


def test_the_command_draws(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ((python, script, *arguments),) = split_commands(COMMANDS.code)
    for number, name in enumerate(arguments[: arguments.index('--names')]):
        log_run(tmp_path / name, factor=1 + number)
    run_command([python, script, *arguments])
    out = tmp_path / arguments[arguments.index('--out') + 1]
    assert out.read_bytes().startswith(b'%PDF')


def test_the_config_adds_the_hook(tmp_path, repository):
    (path,) = write_configs(PAGE, tmp_path)
    base = Config.fromfile(repository / 'configs' / 'mtan_segnet_cityscapes7.py')
    expected = [*base.custom_hooks, dict(type='ValidationLossHook')]
    assert Config.fromfile(path).custom_hooks == expected
