from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmseg.registry import HOOKS
from mmseg.structures import SegDataSample

from mmmtl.engine.class_pixels import ClassPixels


@HOOKS.register_module()
class ClassPixelsHook(Hook):
    """Warns of classes of which no pixel, or no image, is labelled.

    Nothing trains such a class, and a mean of scores leaves it out unless it is predicted: masks of
    0 and 255 whose 255 is read as no label end in a mIoU of 100. The labels that are loaded anyway
    are counted, those of the training in the first pass over the data, or over each of several data
    sets, those of a validation or test in the first one, and no longer than until every class has
    been seen. With several processes the warning is of the labels of all together.

    Tasks of classes, of the whole image too, and masks are looked at, as far as the data set tells
    of their classes.
    """

    def __init__(self) -> None:
        self._train: ClassPixels | None = None
        self._batches_left = 0
        self._evaluated: ClassPixels | None = None
        self._to_evaluate = {'val', 'test'}

    def before_train(self, runner: Runner) -> None:
        """Starts the count of the training.

        Args:
            runner: The runner of the training.
        """
        loader = runner.train_dataloader
        self._train = _of(loader)
        epochs = getattr(getattr(loader, 'batch_sampler', None), 'epochs_of_a_pass', 1)
        self._batches_left = epochs * len(loader)

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Counts a batch.

        Args:
            runner: The runner of the training.
            batch_idx: Number of the batch.
            data_batch: The batch as it was loaded.
            outputs: Not read.
        """
        if self._train is None:
            return
        samples = data_batch.get('data_samples') if isinstance(data_batch, dict) else None
        self._train.add(samples or ())
        self._batches_left -= 1
        if self._batches_left == 0:
            self._end_of_train(runner)

    def after_train(self, runner: Runner) -> None:
        """Ends the count of a training that was shorter than a pass over the data.

        Args:
            runner: The runner of the training.
        """
        if self._train is not None:
            self._end_of_train(runner, 'train_dataloader.dataset, of which a part was read')

    def _before_epoch(self, runner: Runner, mode: str = 'train') -> None:
        """Starts the count of the first validation or test."""
        if mode in self._to_evaluate:
            self._evaluated = _of(getattr(runner, f'{mode}_dataloader'))

    def _after_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Sequence[SegDataSample] | None = None,
        mode: str = 'train',
    ) -> None:
        """Counts a batch of a validation or test: its samples have the labels."""
        if self._evaluated is not None:
            self._evaluated.add(outputs or ())

    def _after_epoch(self, runner: Runner, mode: str = 'train') -> None:
        """Ends the count of a validation or test."""
        if self._evaluated is not None and mode in self._to_evaluate:
            _warn(runner, self._evaluated, f'{mode}_dataloader.dataset')
            self._to_evaluate.remove(mode)
        self._evaluated = None

    def _end_of_train(self, runner: Runner, where: str = 'train_dataloader.dataset') -> None:
        if self._train is not None:
            _warn(runner, self._train, where)
        self._train = None


def _of(dataloader: Any) -> ClassPixels:
    return ClassPixels(getattr(dataloader.dataset, 'metainfo', None))


def _warn(runner: Runner, pixels: ClassPixels, where: str) -> None:
    for text in pixels.warnings():
        runner.logger.warning(f'{where}: {text}')
