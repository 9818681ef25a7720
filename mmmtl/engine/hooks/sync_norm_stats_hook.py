from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mmengine.dist import all_reduce_params, get_world_size
from mmengine.hooks import CheckpointHook, EMAHook, Hook
from mmengine.runner import Runner
from mmseg.registry import HOOKS
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase


@HOOKS.register_module()
class SyncNormStatsHook(Hook):
    """Makes all processes use the same batch norm statistics when they validate and save.

    Without ``SyncBN``, each process estimates means and variances from its own share of the data:
    each validates a slightly different model, and the checkpoint holds that of the first. Before
    both, this hook replaces them by their mean over the processes, in the copy of an ``EMAHook``
    too, which is what its checkpoints hold. Normalisations that stay in evaluation while the model
    trains, as those of a frozen backbone, are left alone.

    mmengine's ``SyncBuffersHook`` averages every buffer instead: integers (such as
    ``num_batches_tracked``) pass through float32, and a boolean buffer cannot be averaged at all.
    It does not act before the checkpoints of an iteration-based run either.
    """

    priority = 'NORMAL'

    def __init__(self) -> None:
        self._stale = False

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Averages before a :class:`CheckpointHook` that counts iterations saves.

        Args:
            runner: The runner.
            batch_idx: Number of the iteration.
            data_batch: The batch.
            outputs: What the training step returned.
        """
        self._stale = True
        if any(_saves_after_iter(hook, runner) for hook in runner.hooks):
            self.synchronise(runner)

    def after_train_epoch(self, runner: Runner) -> None:
        """Averages at the end of an epoch, before the checkpoint.

        Args:
            runner: The runner.
        """
        self.synchronise(runner)

    def before_val_epoch(self, runner: Runner) -> None:
        """Averages before a validation.

        Args:
            runner: The runner.
        """
        self.synchronise(runner)

    def synchronise(self, runner: Runner) -> None:
        """Replaces running means and variances by their mean over the processes.

        Does nothing if no training iteration came since the last time: the mean of three equal
        numbers can be off by a rounding, and a resumed run would then differ from an uninterrupted
        one.

        Args:
            runner: The runner of the training, whose model is the same on all processes.
        """
        statistics = list(_norm_statistics(runner.model))
        for hook in runner.hooks:
            if isinstance(hook, EMAHook):  # its copy is what a checkpoint holds
                statistics += _norm_statistics(hook.ema_model.module, hook.src_model)
        if self._stale and statistics and get_world_size() > 1:
            all_reduce_params(statistics, op='mean')
        self._stale = False


def _norm_statistics(model: nn.Module, source: nn.Module | None = None) -> Iterator[Tensor]:
    """Gives running statistics; of a copy, which is never trained, those that its source trains."""
    source = source or model
    for module, original in zip(model.modules(), source.modules(), strict=True):
        if source.training and not original.training:
            continue  # frozen: it estimates nothing, and a mean of equal numbers can be off
        if isinstance(module, _NormBase) and not isinstance(module, nn.SyncBatchNorm):
            for statistic in (module.running_mean, module.running_var):
                if statistic is not None:
                    yield statistic


def _saves_after_iter(hook: Hook, runner: Runner) -> bool:
    if not isinstance(hook, CheckpointHook) or hook.by_epoch:
        return False
    due = hook.every_n_train_iters(runner, hook.interval, hook.save_begin)
    return bool(due or (hook.save_last and hook.is_last_train_iter(runner)))
