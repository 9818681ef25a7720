from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmengine.runner import Runner
from mmseg.registry import HOOKS

from mmmtl.engine.hooks.best_checkpoint_hook import BestCheckpointHook
from mmmtl.engine.loop_parts import loop_dataset, loop_metainfo, loop_metrics
from mmmtl.engine.set_statistics_check import check_set_statistics
from mmmtl.engine.task_definitions_check import (
    check_definitions,
    check_metric_names,
    check_metrics,
    check_same_classes,
)
from mmmtl.engine.training_labels import check_training_labels
from mmmtl.tasks import Task


@HOOKS.register_module()
class TaskCheckHook(BestCheckpointHook):
    """Refuses, before any image is read, a run whose parts do not mean the same tasks.

    - Before the training, every head's task must have labels in some part of the training data.
    - A data set may not define a task differently from the model: another kind, number of channels
      or classes, or unit. Where the model's definition does not say how many classes there are, its
      head does. A training looks at the validation's data set too, which must have the classes of
      the training's, in their order.
    - A model with ``set_statistics`` has those of each of several data sets.
    - A metric must be of a task that the model has, of a kind that it measures, and its prefix
      not be the name of another. No two metrics report under the same name.
    - A metric of the validation must report what ``CheckpointHook(save_best=...)`` names. For
      ``'auto'`` the hook fills in whether more of the first metric is better.

    Data sets that do not tell of their tasks, and metrics of unknown classes, are not judged; of a
    model without ``tasks`` only ``save_best`` is looked at.
    """

    def before_train(self, runner: Runner) -> None:
        """Checks the parts of a training.

        Args:
            runner: The runner of the training.

        Raises:
            ValueError: If two of them do not fit.
        """
        model = _segmentor(runner.model)
        dataset = runner.train_dataloader.dataset
        if model is not None:
            check_training_labels(dataset, tuple(model.tasks))
            _check_dataset(model, dataset, 'train_dataloader.dataset')
        if runner.val_loop is not None:
            _check_loop(model, runner.val_loop, 'val')
            evaluated = loop_dataset(runner.val_loop)
            check_same_classes(dataset, evaluated, 'val_dataloader.dataset')
        super().before_train(runner)

    def before_val(self, runner: Runner) -> None:
        """Checks the parts of a validation.

        Args:
            runner: The runner.

        Raises:
            ValueError: If two of them do not fit.
        """
        _check_loop(_segmentor(runner.model), runner.val_loop, 'val')

    def before_test(self, runner: Runner) -> None:
        """Checks the parts of a test.

        Args:
            runner: The runner.

        Raises:
            ValueError: If two of them do not fit.
        """
        _check_loop(_segmentor(runner.model), runner.test_loop, 'test')


def _check_loop(model: Any, loop: Any, kind: str) -> None:
    if model is None:
        return
    dataset = loop_dataset(loop)
    if dataset is not None:
        _check_dataset(model, dataset, f'{kind}_dataloader.dataset')
    metrics = loop_metrics(loop)
    check_metrics(model.tasks, metrics, f'{kind}_evaluator', loop_metainfo(loop))
    check_metric_names(metrics, f'{kind}_evaluator')


def _check_dataset(model: Any, dataset: Any, where: str) -> None:
    check_definitions(model.tasks, dict(model.decode_head.items()), dataset, where)
    check_set_statistics(model, getattr(dataset, 'names', ()), where)


def _segmentor(model: Any) -> Any:
    """Finds the model that has tasks, inside of wrappers; None if there is none."""
    while model is not None:
        tasks = getattr(model, 'tasks', None)
        if isinstance(tasks, Mapping) and all(isinstance(task, Task) for task in tasks.values()):
            return model
        model = getattr(model, 'module', None)
    return None
