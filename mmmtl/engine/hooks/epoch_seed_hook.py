from __future__ import annotations

import logging
from typing import Any

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import BaseLoop, IterBasedTrainLoop, Runner
from mmengine.runner.loops import _InfiniteDataloaderIterator
from mmseg.registry import HOOKS
from torch import Tensor

from mmmtl.engine.accumulated_gradients import put_back, waiting_gradients
from mmmtl.engine.loops import ResumableEpochLoop, ResumableIterLoop, take_over
from mmmtl.engine.samplers import SeededBatchSampler, seed_batches
from mmmtl.engine.seeding import seed_step
from mmmtl.engine.training_position import TrainingPosition

_STATE_KEY = 'training_position'
_GRADIENTS_KEY = 'accumulated_gradients'


@HOOKS.register_module()
class EpochSeedHook(Hook):
    """Makes each batch and random number of a training depend on its place in the training alone.

    It closes two gaps of mmengine 0.10.7:

    - Its ``worker_init_fn`` seeds every worker of the data loader with the same number in every
      epoch, so that with a fixed seed **every epoch repeats the same flips and crops**.
    - Its resume restores the seed but not the state of the generators, trains an epoch that was
      interrupted once more from its start, and counts its iterations twice.

    With this hook

    - what a sample's transforms draw depends on (seed, pass over the data set, index of the
      sample): it is the same for any number of workers, persistent or not, and of processes;
    - what a training step draws (dropout) depends on (seed, iteration, process);
    - a resumed run goes on with the batch after the last one that was trained on, in the middle of
      an epoch too, and makes a validation that was due and may be missing.

    Sampler and loop of the config stay: the sampler's batches carry the seeds to the workers
    (:class:`~mmmtl.engine.samplers.SeededBatchSampler`), and mmengine's loops learn to begin in the
    middle (:mod:`mmmtl.engine.loops`). A seed that no config names is taken from the checkpoint.

    Raises:
        ValueError: If a resumed run would not take the batches that are left, see
            :meth:`~mmmtl.engine.training_position.TrainingPosition.check`; or if it would go on in
            the middle of an epoch with a loop that cannot.
    """

    priority = 'HIGHEST'

    def __init__(self) -> None:
        self._seed = 0
        self._batches: SeededBatchSampler | None = None
        self._resumed: TrainingPosition | None = None
        self._gradients: dict[str, Tensor] = {}
        self._validated: int | None = None

    def before_run(self, runner: Runner) -> None:
        """Changes the training loop, before it begins to run.

        Args:
            runner: The runner.
        """
        loop = runner._train_loop
        if isinstance(loop, BaseLoop) and seed_batches(loop.dataloader, 0) is not None:
            take_over(loop)

    def before_train(self, runner: Runner) -> None:
        """Sets up the sampler; here the seed and the place of a resumed run are known.

        Args:
            runner: The runner.
        """
        loop = runner.train_loop
        self._seed = _shared_seed(runner)
        self._batches = seed_batches(loop.dataloader, self._seed)
        if self._batches is None:
            print_log(
                'EpochSeedHook: train_dataloader has no batches of indices; what its transforms '
                'draw is not seeded.',
                logger='current',
            )
        if isinstance(loop, IterBasedTrainLoop) and not isinstance(loop, ResumableIterLoop):
            loop.dataloader_iterator = _InfiniteDataloaderIterator(loop.dataloader)
        if self._batches is not None and runner._resume and runner.iter:
            self._go_on(runner)

    def before_train_epoch(self, runner: Runner) -> None:
        """Tells the sampler which pass comes.

        Args:
            runner: The runner.
        """
        seed_step(self._seed, runner.iter, runner.rank)
        if self._batches is not None and not isinstance(runner.train_loop, IterBasedTrainLoop):
            self._batches.set_epoch(runner.epoch)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Seeds all generators for a step.

        Args:
            runner: The runner.
            batch_idx: Index of the batch in its epoch.
            data_batch: The batch.
        """
        seed_step(self._seed, runner.iter, runner.rank)

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Takes note of the validation.

        Args:
            runner: The runner.
            metrics: What was measured.
        """
        if isinstance(runner._train_loop, BaseLoop):
            self._validated = runner.iter

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Saves the place in the training.

        Args:
            runner: The runner.
            checkpoint: The checkpoint.
        """
        if self._batches is None:
            return
        loop, meta = runner.train_loop, checkpoint['meta']
        in_epoch = isinstance(loop, ResumableEpochLoop) and meta['epoch'] == loop.epoch
        batch = meta['iter'] - loop.epoch_start if in_epoch else 0
        position = TrainingPosition.of(runner, batch, self._validated)
        checkpoint[_STATE_KEY] = position.to_dict()
        gradients = waiting_gradients(runner.model)
        if gradients and runner.world_size == 1:
            checkpoint[_GRADIENTS_KEY] = gradients
        elif gradients:
            print_log(
                f'The checkpoint at iteration {meta["iter"]} lies between batches whose gradients '
                'are accumulated on several processes: a run that resumes from it will differ. '
                'Choose an interval that `accumulative_counts` divides.',
                logger='current',
                level=logging.WARNING,
            )

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keeps the place from which a run goes on.

        Args:
            runner: The runner.
            checkpoint: The checkpoint.
        """
        if runner._resume and _STATE_KEY in checkpoint:
            self._resumed = TrainingPosition.from_dict(checkpoint[_STATE_KEY])
            self._gradients = checkpoint.get(_GRADIENTS_KEY, {})

    def _go_on(self, runner: Runner) -> None:
        loop = runner.train_loop
        if self._resumed is not None:
            self._resumed.check(runner)
            self._validated = self._resumed.validated
            put_back(runner.model, self._gradients)
        batch = _begun(loop) if self._resumed is None else self._resumed.batch
        if isinstance(loop, ResumableEpochLoop):
            loop.first_batch = batch
        elif batch and not isinstance(loop, IterBasedTrainLoop):
            raise ValueError(
                f'resume: the checkpoint was written after batch {batch} of an epoch, from which '
                f"{type(loop).__name__} cannot go on; expected mmengine's EpochBasedTrainLoop."
            )
        if isinstance(loop, (ResumableEpochLoop, ResumableIterLoop)):
            # A checkpoint that does not say is an older one, or another project's.
            loop.validates_first = self._resumed is not None and self._validated != runner.iter


def _begun(loop: BaseLoop) -> int:
    """Gives the batches of an epoch that were trained, for a checkpoint that does not say."""
    if isinstance(loop, IterBasedTrainLoop):
        return 0
    batches = len(loop.dataloader)
    batch = loop.iter - loop.epoch * batches
    return batch if 0 < batch <= batches else 0


def _shared_seed(runner: Runner) -> int:
    """Gives the seed that all processes share: ``diff_rank_seed`` adds the rank to it."""
    own = bool(runner._randomness_cfg.get('diff_rank_seed', False))
    return int(runner.seed) - (runner.rank if own else 0)
