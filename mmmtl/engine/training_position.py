"""Where a training stands: what its checkpoint says of it, and whether a run can go on there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from mmengine.dist import get_world_size
from mmengine.runner import IterBasedTrainLoop, Runner

_NAMES = {
    'images_per_step': 'images in each step (train_dataloader.batch_size times the processes)',
    'samples': 'samples in the training data',
    'batches': 'batches in an epoch',
    'plan': '(MultiSetBatchSampler)',
}


@dataclass(frozen=True)
class TrainingPosition:
    """The place of a checkpoint in its training, and what the place depends on.

    Args:
        batch: Number of batches of the epoch that were trained on.
        validated: Iterations before the last validation; None if there was none.
        images_per_step: Images of all processes in a step; None if unknown.
        samples: Samples in the training data.
        batches: Batches in an epoch, on each process.
        plan: How the batches are taken from several data sets, in words; None of a single one.
            Defaults to None.
    """

    batch: int
    validated: int | None
    images_per_step: int | None
    samples: int
    batches: int
    plan: str | None = None

    @classmethod
    def of(cls, runner: Runner, batch: int = 0, validated: int | None = None) -> TrainingPosition:
        """Looks at a training.

        Args:
            runner: The runner of the training.
            batch: Number of batches of the epoch that were trained on. Defaults to 0.
            validated: Iterations before the last validation. Defaults to None.

        Returns:
            The position.
        """
        loader = runner.train_loop.dataloader
        size = loader.batch_size or getattr(loader.batch_sampler, 'batch_size', None)
        return cls(
            batch=batch,
            validated=validated,
            images_per_step=size and size * get_world_size(),
            samples=len(loader.dataset),
            batches=len(loader),
            plan=getattr(loader.batch_sampler, 'plan', None),
        )

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> TrainingPosition:
        """Reads what :meth:`to_dict` gave.

        Args:
            record: The record of a checkpoint.

        Returns:
            The position.
        """
        known = [field.name for field in fields(cls) if field.name in record]
        return cls(**{name: record[name] for name in known})

    def to_dict(self) -> dict[str, int | str | None]:
        """Gives a record for a checkpoint.

        Returns:
            Names and numbers.
        """
        return asdict(self)

    def check(self, runner: Runner) -> None:
        """Checks that a run which goes on here takes the batches that the first would have taken.

        Another number of processes may go on if a step still has as many images: its samples are
        the same ones, spread over the processes in another way. At the end of an epoch the data may
        change.

        Args:
            runner: The runner that resumes.

        Raises:
            ValueError: If the batches would be others.
        """
        now = TrainingPosition.of(runner)
        depends_on = ['images_per_step']
        if self.batch or isinstance(runner.train_loop, IterBasedTrainLoop):
            depends_on += ['samples', 'batches', 'plan']
        for name in depends_on:
            expected, found = getattr(self, name), getattr(now, name)
            if expected is not None and found is not None and expected != found:
                raise ValueError(
                    f'resume: the checkpoint was written with {expected} {_NAMES[name]}, found '
                    f'{found} ({get_world_size()} processes): the run would not take the batches '
                    'that are left. Use the same, or start a new training with load_from alone.'
                )
