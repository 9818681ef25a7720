from __future__ import annotations

from mmengine.runner import EpochBasedTrainLoop
from torch import nn

from mmmtl.engine.samplers import SeededBatchSampler


class ResumableEpochLoop(EpochBasedTrainLoop):
    """mmengine's loop over epochs, which can go on in the middle of one.

    - The first epoch begins with batch ``first_batch``; those before it were trained on already.
    - ``validates_first``: the validation that was due when the checkpoint was written is made
      before anything else.

    It is a loop of mmengine that :func:`~mmmtl.engine.loops.take_over` has changed; its data loader
    has a :class:`~mmmtl.engine.samplers.SeededBatchSampler`.
    """

    first_batch = 0
    """Number of batches of the epoch to come that were trained on before."""
    validates_first = False
    """Whether a validation that is due here is still to be made."""
    epoch_start = 0
    """Iterations before the epoch that is being trained."""

    def run(self) -> nn.Module:
        """Trains.

        Returns:
            The model.
        """
        self.runner.call_hook('before_train')
        self.epoch_start = self._iter - self.first_batch
        if self.validates_first and self._iter and not self.first_batch:
            self._validate_if_due()
        while self._epoch < self._max_epochs and not self.stop_training:
            self.run_epoch()
            self._validate_if_due()
        self.runner.call_hook('after_train')
        return self.runner.model

    def run_epoch(self) -> None:
        """Trains an epoch, or what is left of it."""
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        batches: SeededBatchSampler = self.dataloader.batch_sampler
        batches.skip(self.first_batch)
        for index, batch in enumerate(self.dataloader, self.first_batch):
            self.run_iter(index, batch)
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1
        self.first_batch = 0
        self.epoch_start = self._iter

    def _validate_if_due(self) -> None:
        self._decide_current_val_interval()
        if (
            self.runner.val_loop is not None
            and self._epoch >= self.val_begin
            and (self._epoch % self.val_interval == 0 or self._epoch == self._max_epochs)
        ):
            self.runner.val_loop.run()
