from __future__ import annotations

from typing import Any

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import IterBasedTrainLoop, Runner
from mmengine.runner.loops import _InfiniteDataloaderIterator
from mmseg.registry import HOOKS

from mmmtl.engine.samplers import SeededBatchSampler, seed_batches
from mmmtl.engine.seeding import seed_step


@HOOKS.register_module()
class EpochSeedHook(Hook):
    """Makes every random number of a training depend on its place in the training alone.

    Two gaps of mmengine 0.10.7 are closed by it:

    - Its ``worker_init_fn`` seeds every worker of the data loader with the same number in every
      epoch, so that with a fixed seed **every epoch repeats the same flips and crops**.
    - Its resume restores the seed but not the state of the generators: four epochs and two epochs
      resumed to four give different weights.

    With this hook

    - what a sample's transforms draw depends on (seed, pass over the data set, index of the
      sample): it is the same for any number of workers, persistent or not, and of processes;
    - what a training step draws (dropout) depends on (seed, iteration, process).

    The sampler of the config stays; its batches carry the seeds to the workers, see
    :class:`~mmmtl.engine.samplers.SeededBatchSampler`. A seed that no config names is taken from
    the checkpoint on resume.
    """

    priority = 'HIGHEST'

    def __init__(self) -> None:
        self._seed = 0
        self._batches: SeededBatchSampler | None = None

    def before_train(self, runner: Runner) -> None:
        """Sets up the sampler; here the seed of a resumed run is known.

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
        if isinstance(loop, IterBasedTrainLoop):
            loop.dataloader_iterator = _InfiniteDataloaderIterator(loop.dataloader)

    def before_train_epoch(self, runner: Runner) -> None:
        """Tells the sampler which pass comes.

        Args:
            runner: The runner.
        """
        if isinstance(runner.train_loop, IterBasedTrainLoop):
            return
        # A sampler without a seed of its own draws one from torch's generator.
        seed_step(self._seed, runner.iter, runner.rank)
        if self._batches is not None:
            self._batches.set_epoch(runner.epoch)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Seeds all generators for a step.

        Args:
            runner: The runner.
            batch_idx: Index of the batch in its epoch.
            data_batch: The batch.
        """
        seed_step(self._seed, runner.iter, runner.rank)


def _shared_seed(runner: Runner) -> int:
    """Gives the seed that all processes share: ``diff_rank_seed`` adds the rank to it."""
    own = bool(runner._randomness_cfg.get('diff_rank_seed', False))
    return int(runner.seed) - (runner.rank if own else 0)
