from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmengine.hooks import Hook
from mmengine.model import BaseTTAModel, is_model_wrapper
from mmengine.runner import BaseLoop, Runner
from mmseg.registry import HOOKS

from mmmtl.engine.bare_model import bare_model
from mmmtl.engine.loop_parts import loop_dataset
from mmmtl.engine.stored_definitions import check_stored_tasks, read_stored_tasks
from mmmtl.engine.task_definitions_check import tasks_of_set
from mmmtl.engine.training_labels import dataset_parts
from mmmtl.models.checkpoints.fitting import (
    TRAINING_PARTS,
    TRAINING_STATE,
    is_in,
    load_fitting_weights,
)
from mmmtl.tasks import Task

_WEIGHTING_KEY = 'loss_weighting'
_ADVICE = 'Parts that are meant to differ can be named: load_partial=[...].'


@HOOKS.register_module()
class CheckpointFitHook(Hook):
    """Refuses, before the first step, a checkpoint that does not fit.

    - All weights must fit: none may be missing, surplus or of another shape. Of a file that is only
      tested, those that only training uses need not; of one that a training starts from
      (``load_from``), the state of the loss weighting need not.
    - What the file says of its tasks (type, channels, classes, unit) must be what the model and the
      data sets say. A file that says nothing is accepted, and a line in the log tells of it.
    - A training that is resumed must have the loss weighting that it had.

    Where a training starts from a file that is meant to fit in parts, the config names the others,
    parts of the model or of the file, by their modules' names::

        load_from = 'checkpoints/upernet_r50_cityscapes.pth'
        load_partial = ['decode_head.depth']  # starts as initialised

    The log says what in these parts was missing or not used; their tasks are not compared.

    Raises:
        ValueError: If the checkpoint does not fit, or ``load_partial`` is no list of parts.
    """

    priority = 'VERY_HIGH'  # before any other hook starts its work

    def __init__(self) -> None:
        self._source = ''
        self._stored: dict[str, Task] = {}

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Checks weights and definitions against the model.

        Args:
            runner: The runner.
            checkpoint: The checkpoint.
        """
        model: Any = runner.model
        while is_model_wrapper(model) or isinstance(model, BaseTTAModel):
            model = model.module
        trains = _trains(runner)
        resumes = trains and runner._resume
        self._source = str(runner._load_from or 'checkpoint')
        partial = _partial(runner) if trains and not resumes else ()
        load_fitting_weights(
            model,
            checkpoint,
            self._source,
            unused=_unused(trains, resumes),
            partial=partial,
            advice=_ADVICE if trains and not resumes else '',
        )
        if resumes:
            self._check_weighting(model, checkpoint)
        tasks = getattr(model, 'tasks', None)
        if tasks is None:
            return
        stored = read_stored_tasks(checkpoint, self._source)
        self._stored = {
            name: task
            for name, task in stored.items()
            if not any(is_in(part, [f'decode_head.{name}']) for part in partial)
            and not is_in(f'decode_head.{name}', partial)
        }
        check_stored_tasks(self._stored, tasks, self._source, 'the model')

    def before_train(self, runner: Runner) -> None:
        """Checks definitions against the data sets of a training.

        Args:
            runner: The runner of the training.
        """
        self._check_dataset(runner.train_loop, 'train')
        if runner.val_loop is not None:
            self._check_dataset(runner.val_loop, 'val')

    def before_val(self, runner: Runner) -> None:
        """Checks definitions against the data set of a validation.

        Args:
            runner: The runner.
        """
        self._check_dataset(runner.val_loop, 'val')

    def before_test(self, runner: Runner) -> None:
        """Checks definitions against the data set of a test.

        Args:
            runner: The runner.
        """
        self._check_dataset(runner.test_loop, 'test')

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Notes the loss weighting, which may have no state that tells of it.

        Args:
            runner: The runner of the training.
            checkpoint: The checkpoint.
        """
        model = bare_model(runner.model)
        if hasattr(model, _WEIGHTING_KEY):
            checkpoint['meta'][_WEIGHTING_KEY] = type(model.loss_weighting).__name__

    def _check_dataset(self, loop: Any, kind: str) -> None:
        dataset = loop_dataset(loop)
        if not self._stored or dataset is None:
            return
        for part in dataset_parts(dataset):
            told = tasks_of_set(part)
            where = f'{kind}_dataloader.dataset ({type(part).__name__})'
            check_stored_tasks(self._stored, told, self._source, where)

    def _check_weighting(self, model: Any, checkpoint: dict) -> None:
        trained = (checkpoint.get('meta') or {}).get(_WEIGHTING_KEY)
        own = type(getattr(model, _WEIGHTING_KEY, None)).__name__
        if trained is not None and trained != own:
            raise ValueError(
                f'{self._source}: the training to resume had the loss weighting {trained}, '
                f'expected that of the config, {own}.'
            )


def _unused(trains: bool, resumes: bool) -> Sequence[str]:
    if resumes:
        return ('finite_losses',)
    return TRAINING_STATE if trains else TRAINING_PARTS


def _trains(runner: Runner) -> bool:
    """Tells whether weights are loaded for a training; whoever asks for them builds its loop first.

    Where no loop is built yet, ``runner.load_or_resume()`` was called by hand.
    """
    if isinstance(runner._train_loop, BaseLoop):
        return True
    others = (runner._val_loop, runner._test_loop)
    return runner._train_loop is not None and not any(isinstance(o, BaseLoop) for o in others)


def _partial(runner: Runner) -> Sequence[str]:
    partial = runner.cfg.get('load_partial') or ()
    if isinstance(partial, str) or not all(isinstance(part, str) for part in partial):
        raise ValueError(
            f"load_partial: expected a list of parts such as ['decode_head'], found {partial!r}."
        )
    return tuple(partial)
