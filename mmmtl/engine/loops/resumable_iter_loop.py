from __future__ import annotations

from mmengine.runner import IterBasedTrainLoop
from torch import nn

from mmmtl.engine.samplers import SeededBatchSampler


class ResumableIterLoop(IterBasedTrainLoop):
    """mmengine's loop over iterations, which goes on without reading what went before.

    - Each iteration takes one batch: where it goes on follows from the number of iterations.
    - A sampler that ends begins again while workers are still loading: they need not start anew.
    - ``validates_first``: the validation that was due when the checkpoint was written is made
      before anything else.

    It is a loop of mmengine that :func:`~mmmtl.engine.loops.take_over` has changed; its data loader
    has a :class:`~mmmtl.engine.samplers.SeededBatchSampler`.
    """

    validates_first = False
    """Whether a validation that is due here is still to be made."""

    def run(self) -> nn.Module:
        """Trains.

        Returns:
            The model.
        """
        self.runner.call_hook('before_train')
        self.runner.call_hook('before_train_epoch')
        if self.validates_first and self._iter:
            self._validate_if_due()
        batches: SeededBatchSampler = self.dataloader.batch_sampler
        batches.endless = True
        batches.skip(self._iter)
        self.dataloader_iterator = iter(self.dataloader)
        while self._iter < self._max_iters and not self.stop_training:
            self.runner.model.train()
            self.run_iter(next(self.dataloader_iterator))
            self._validate_if_due()
        self.runner.call_hook('after_train_epoch')
        self.runner.call_hook('after_train')
        return self.runner.model

    def _validate_if_due(self) -> None:
        self._decide_current_val_interval()
        if (
            self.runner.val_loop is not None
            and self._iter >= self.val_begin
            and (self._iter % self.val_interval == 0 or self._iter == self._max_iters)
        ):
            self.runner.val_loop.run()
