from __future__ import annotations

from mmengine.hooks import CheckpointHook, Hook
from mmengine.runner import Runner
from mmseg.registry import HOOKS

from mmmtl.engine.best_checkpoint import check_save_best, reporting_hooks
from mmmtl.engine.loop_parts import loop_metrics


@HOOKS.register_module()
class BestCheckpointHook(Hook):
    """Refuses, before the training, a ``save_best`` that no metric of the validation reports.

    For ``'auto'`` it fills in whether more of the first metric is better. ``build_runner`` adds the
    hook where there is no :class:`~mmmtl.engine.TaskCheckHook`, which does the same.
    """

    priority = 'VERY_HIGH'  # before any other hook starts its work

    def before_train(self, runner: Runner) -> None:
        """Checks what chooses the best checkpoint.

        Args:
            runner: The runner of the training.

        Raises:
            ValueError: If no metric reports it.
        """
        if runner.val_loop is None:
            return
        metrics = [*loop_metrics(runner.val_loop), *reporting_hooks(runner.hooks)]
        for hook in runner.hooks:
            if isinstance(hook, CheckpointHook):
                check_save_best(hook, metrics)
