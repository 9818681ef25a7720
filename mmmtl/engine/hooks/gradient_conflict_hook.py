from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmseg.registry import HOOKS
from torch import Tensor, nn

from mmmtl.engine.bare_model import bare_model
from mmmtl.evaluation.logged_scalars import COSINE_PREFIX
from mmmtl.models.loss_weighting import BaseLossWeighting, TaskLosses
from mmmtl.models.loss_weighting.gradient.gramian import joined_gramian
from mmmtl.models.loss_weighting.gradient.shared_gradients import SharedGradients


@HOOKS.register_module()
class GradientConflictHook(Hook):
    r"""Logs in training whether the tasks' gradients agree: ``cosine/<task>-<other task>``.

    .. math::
        \cos_{ij} = \frac{\langle \nabla L_i, \nabla L_j \rangle}
            {\lVert \nabla L_i \rVert \, \lVert \nabla L_j \rVert}

    with the losses :math:`L_i` of a batch of all processes before their weights. Below 0 the tasks
    conflict: a small step that lowers one loss raises the other. After Gradient Surgery for
    Multi-Task Learning (PCGrad; Yu et al., NeurIPS 2020, https://arxiv.org/abs/2001.06782),
    definition 1.

    The numbers go to all backends of the visualizer; ``tools/analysis_tools/plot_conflicts.py``
    draws them. A measurement takes a backward pass for each task more, and changes nothing of the
    training. Pairs of which a task has no labels in the batch, a gradient of 0 or one that is not
    finite are left out. Not used by default; add ``dict(type='GradientConflictHook')`` to
    ``custom_hooks``.

    Args:
        interval: Iterations from one measurement to the next, at least 1; where the batch then has
            labels of one task alone, the next that has two is measured. Defaults to 50.
        wrt: ``'parameters'``: gradients with respect to the parameters that at least two tasks
            share. ``'features'``: with respect to the features that the tasks share, which is
            cheaper. Defaults to ``'parameters'``.

    Raises:
        ValueError: If the interval is not positive or ``wrt`` is something else; before the
            training, if the model has no loss weighting or one task.
    """

    priority = 'NORMAL'

    def __init__(self, interval: int = 50, wrt: str = 'parameters') -> None:
        if not isinstance(interval, int) or interval < 1:
            raise ValueError(f'interval: expected a number of iterations >= 1, found {interval!r}.')
        self.interval = interval
        self._gradients = SharedGradients(wrt)
        self._weighting: BaseLossWeighting | None = None

    def before_train(self, runner: Runner) -> None:
        """Begins to watch the losses.

        Args:
            runner: The runner of the training.

        Raises:
            ValueError: If there are no two tasks to compare.
        """
        model = bare_model(runner.model)
        weighting = getattr(model, 'loss_weighting', None)
        if not isinstance(weighting, BaseLossWeighting) or len(weighting.tasks) < 2:
            found = list(weighting.tasks) if isinstance(weighting, BaseLossWeighting) else 'none'
            raise ValueError(
                f'GradientConflictHook: expected a MultiTaskSegmentor of two tasks, found {found}.'
            )
        self._weighting = weighting
        self._needed = weighting.needs_shared_tensors
        weighting.needs_shared_tensors = True
        self._handle = weighting.register_forward_pre_hook(self._measure)
        self._is_due = True
        self._cosines: dict[str, float] = {}

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Writes down what was measured.

        Args:
            runner: The runner of the training.
            batch_idx: Number of the batch.
            data_batch: The batch.
            outputs: What the training step returned.
        """
        if self._cosines:
            step = runner.iter + 1
            position = {'epoch': runner.epoch + 1} if runner.log_processor.by_epoch else {}
            runner.visualizer.add_scalars({**self._cosines, **position, 'iter': step}, step=step)
            self._cosines = {}
        if self.every_n_train_iters(runner, self.interval):
            self._is_due = True

    def after_train(self, runner: Runner) -> None:
        """Lets the losses go.

        Args:
            runner: The runner of the training.
        """
        if self._weighting is not None:
            self._handle.remove()
            self._weighting.needs_shared_tensors = self._needed
            self._weighting = None

    def _measure(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        batch: TaskLosses = args[0]
        watched = module.training and torch.is_grad_enabled()
        if not (watched and self._is_due and len(batch.losses) > 1):
            return
        self._is_due = False
        gradients = self._gradients(batch.losses, batch.shared, 1.0)
        gramian = joined_gramian(gradients, average=self._gradients.wrt == 'parameters')
        self._cosines = cosines_by_pair(gramian.cpu(), tuple(batch.losses))


def cosines_by_pair(gramian: Tensor, tasks: Sequence[str]) -> dict[str, float]:
    """Gives the cosine of each two tasks' gradients.

    Args:
        gramian: Inner products of the gradients, shape (K, K).
        tasks: Names of the K tasks.

    Returns:
        ``cosine/<task>-<other task>``, from -1 to 1; pairs without one are left out.
    """
    norms = gramian.diagonal().sqrt()
    cosines = gramian / norms.outer(norms)  # infinite where the square of a norm is too small
    return {
        f'{COSINE_PREFIX}{tasks[i]}-{tasks[j]}': cosines[i, j].clamp(-1, 1).item()
        for i, j in combinations(range(len(tasks)), 2)
        if cosines[i, j].isfinite()
    }
