"""Logs as a run leaves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from mmengine.visualization import LocalVisBackend

TIME = '20250101_000000'
"""Name of the folder of a start, from the time."""

_ITERS_PER_EPOCH = 4


def log_run(
    work_dir: Path,
    time: str,
    epochs: Iterable[int],
    loss: float = 1.0,
    by_epoch: bool = True,
    prefix: bool = False,
) -> None:
    """Logs epochs as mmengine's LoggerHook does: two training entries, then a validation."""
    backend = LocalVisBackend(str(work_dir / time / 'vis_data'))
    train, val = ('train/', 'val/') if prefix else ('', '')
    for epoch in epochs:
        for iteration in (2, 4):
            step = (epoch - 1) * _ITERS_PER_EPOCH + iteration
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


def log_weights(
    work_dir: Path,
    weight: Callable[[int], float] = float,
    exact: bool = True,
    epochs: int = 5,
) -> Path:
    """Logs as LoggerHook and LossWeightingHook do: two entries an epoch, then its means."""
    backend = LocalVisBackend(str(work_dir / TIME / 'vis_data'))
    (work_dir / TIME).mkdir(parents=True, exist_ok=True)
    (work_dir / TIME / f'{TIME}.log').write_text('text')
    for epoch in range(1, epochs + 1):
        for iteration in (2 * epoch - 1, 2 * epoch):
            tag = {'loss': 2.0, 'epoch': epoch, 'iter': iteration}
            for task in ('seg', 'depth'):
                tag[f'{task}/loss'] = 1.0
                tag[f'{task}/weight'] = float(weight(epoch))
                tag[f'{task}/raw'] = 1 / epoch
            backend.add_scalars(tag, step=iteration)
        if exact:
            means = {f'{task}/epoch_weight': 10.0 for task in ('seg', 'depth')}
            means |= {f'{task}/epoch_raw': 20.0 for task in ('seg', 'depth')}
            position = {'epoch': epoch, 'iter': 2 * epoch}
            backend.add_scalars({**means, **position}, step=2 * epoch)
    return work_dir
