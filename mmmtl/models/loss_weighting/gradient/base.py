from __future__ import annotations

import logging
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence

import torch
from mmengine.dist import all_reduce, get_world_size
from mmengine.logging import print_log
from torch import Tensor

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses
from mmmtl.models.loss_weighting.gradient.gradient_round import GradientRound
from mmmtl.models.loss_weighting.gradient.gramian import gramian, joined_gramian
from mmmtl.models.loss_weighting.gradient.shared_gradients import SharedGradients
from mmmtl.models.loss_weighting.host_copy import HostCopy
from mmmtl.models.loss_weighting.latest_losses import is_over_round

_FIRST_SCALE = 2.0**15


class GradientLossWeighting(BaseLossWeighting):
    r"""Base of the methods that weigh by the tasks' gradients.

    Inside of ``forward(mode='loss')`` the gradient of each task's loss is taken with respect to
    what the tasks share. All that a method learns of them is the Gramian of the losses of **all**
    processes,

    .. math::
        G_{ij} = \langle \nabla L_i, \nabla L_j \rangle .

    The weighted sum is then back-propagated once, as without any weighting: there are no gradients
    in ``.grad`` and no hooks of distributed training before that.

    The weights stay as they are, beginning with 1,

    - in evaluation and without gradients, and in the iterations between two of ``every_n_iters``;
    - for tasks without labels in the batch, or whose gradient is zero; the others are weighed as if
      these did not exist, unless only one is left (``over='batch'``);
    - if the Gramian is not finite or the method finds no weights for it. This is counted in the
      buffer ``kept``, and said in the log the first time.

    Losses are scaled by ``gradient_scale``, a power of two, so that gradients in half precision do
    not vanish, and the Gramian is scaled back; the scale is halved whenever gradients overflow.
    With accumulated gradients, each batch has weights of its own.

    Args:
        tasks: Names of the tasks.
        wrt: ``'parameters'``: with respect to the parameters that at least two tasks share.
            ``'features'``: with respect to the shared features, from where on each task has a graph
            of its own, as in MGDA-UB, `Multi-Task Learning as Multi-Objective Optimization
            <https://arxiv.org/abs/1810.04650>`_, section 3.3. It is cheaper, as each task's graph
            is only walked back to these features.
        every_n_iters: Number of training iterations from one computation of the weights to the
            next, at least 1.
        over: ``'batch'``: the tasks of a batch are compared. ``'round'``: gradients are kept until
            each task has had labels in some batch, the mean of each task's; then there are new
            weights, which the batches of the next round have. Batches that have labels of one task
            each need this. It keeps a gradient of all that comes before the heads for each task,
            and is for ``wrt='parameters'`` and ``every_n_iters=1`` alone: features of other batches
            are other coordinates.

    Raises:
        ValueError: If an argument is out of its range.
    """

    needs_shared_tensors = True

    weights: Tensor
    iterations: Tensor
    kept: Tensor
    gradient_scale: Tensor

    def __init__(
        self, tasks: Sequence[str], wrt: str, every_n_iters: int, over: str = 'batch'
    ) -> None:
        super().__init__(tasks)
        if every_n_iters < 1:
            raise ValueError(f'every_n_iters: expected at least 1, found {every_n_iters}.')
        self.round = GradientRound(self.tasks) if is_over_round(over) else None
        self.needs_two_tasks = self.round is None
        if self.round is not None and (wrt != 'parameters' or every_n_iters != 1):
            raise ValueError(
                f"over='round': expected wrt='parameters' and every_n_iters=1 beside it, found "
                f'wrt={wrt!r} and every_n_iters={every_n_iters}.'
            )
        self.every_n_iters = every_n_iters
        self.shared_gradients = SharedGradients(wrt)
        self._has_warned = False
        self._copies: dict[str, HostCopy] = defaultdict(HostCopy)
        self.register_buffer('iterations', torch.zeros((), dtype=torch.int64))
        self.register_buffer('kept', torch.zeros((), dtype=torch.int64))
        self.register_buffer('gradient_scale', torch.tensor(_FIRST_SCALE))
        self._register_weights(torch.ones(len(self.tasks)))

    @abstractmethod
    def balance(self, gramian: Tensor, tasks: Sequence[str], batch: TaskLosses) -> Tensor:
        """Computes new weights.

        Args:
            gramian: Gramian of the unweighted losses' gradients, shape (K, K), float64, on the CPU,
                finite and with a positive diagonal.
            tasks: Names of the K >= 2 tasks.
            batch: The losses of the batch.

        Returns:
            The weights, shape (K,), float64. Weights that are not finite are not used.

        Raises:
            ValueError: If the method has no weights for this Gramian.
        """

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch, with what the tasks share.

        Returns:
            The weight of each task of the batch, detached.

        Raises:
            ValueError: If the tasks share nothing.
        """
        is_due = int(self.on_host('iterations')) % self.every_n_iters == 0
        # Copies: backward still needs these weights when the next ones are there.
        of_round = self.weights.detach().clone()
        if self.training and torch.is_grad_enabled() and is_due:
            self._renew(batch)
        weights = self.weights.detach().clone() if self.round is None else of_round
        return self.select(weights, batch)

    def record(self, batch: TaskLosses) -> None:
        """Counts the batch.

        Args:
            batch: The losses of a batch.
        """
        self.set_from_host('iterations', self.on_host('iterations') + 1)

    def _register_weights(self, weights: Tensor) -> None:
        self.register_buffer('weights', weights)

    def unfinished_round(self) -> dict[str, Tensor]:
        """Gives the gradients of a round that is not over; see the base."""
        return {} if self.round is None else self.round.state()

    def go_on_with_round(self, state: Mapping[str, Tensor]) -> None:
        """Takes up such gradients; see the base."""
        if self.round is not None:
            device = self.weights.device
            self.round.load({name: value.to(device) for name, value in state.items()})

    @torch.no_grad()
    def _renew(self, batch: TaskLosses) -> None:
        if self.round is not None:
            self._add_to_round(self.round, batch)
        elif len(batch.losses) > 1:
            self._use(self._gramian(batch), batch)

    def _use(self, gramian: Tensor, batch: TaskLosses) -> None:
        """Weighs the tasks of a batch by the Gramian of their gradients."""
        if not gramian.isfinite().all():
            self._overflow()
            return
        names = list(batch.joined)
        active = gramian.diagonal().nonzero().flatten()
        if len(active) < 2:
            return
        tasks = [names[index] for index in active.tolist()]
        try:
            weights = self.balance(gramian[active][:, active], tasks, batch)
        except (ValueError, ArithmeticError, torch.linalg.LinAlgError) as error:  # type: ignore[attr-defined]
            self._keep(str(error))
            return
        if not weights.isfinite().all():
            self._keep(f'it found {weights.tolist()}')
            return
        new = self.on_host('weights').clone()
        new[self.indices(tasks)] = weights.to(new)
        self.set_from_host('weights', new)

    def _add_to_round(self, current: GradientRound, batch: TaskLosses) -> None:
        """Keeps the gradients of a batch; with the last task's there are new weights."""
        scale = self.on_host('gradient_scale').item()
        with torch.enable_grad():
            gradients = self.shared_gradients.of_each(batch.losses, batch.shared, scale)
        for task, own in gradients.items():
            joint = [None if one is None else _joint(one) / scale for one in own]
            if not all(one.isfinite().all() for one in joint if one is not None):
                self._overflow()
                return
            current.add(task, joint, batch.joined[task])
        if current.is_complete:
            rows, losses = current.finish()
            if not rows[0]:
                raise ValueError(
                    f'expected parameters that two of the losses of {list(self.tasks)} were '
                    'computed from, found none.'
                )
            self._use(gramian(rows).cpu(), batch._replace(joined=losses, values=None))

    def _gramian(self, batch: TaskLosses) -> Tensor:
        scale = self.on_host('gradient_scale').item()
        with torch.enable_grad():
            gradients = self.shared_gradients(batch.losses, batch.shared, scale)
        average = self.shared_gradients.wrt == 'parameters'
        return joined_gramian(gradients, average).cpu() / scale**2

    def _overflow(self) -> None:
        self.gradient_scale.div_(2).clamp_(min=1)
        self._keep('a gradient is not finite')

    def on_host(self, name: str) -> Tensor:
        """Gives the values of a buffer without waiting for the device in each step.

        Args:
            name: Name of the buffer or parameter.

        Returns:
            Its values, a tensor on the CPU that is not to be changed.
        """
        return self._copies[name].read(getattr(self, name))

    def set_from_host(self, name: str, values: Tensor) -> None:
        """Changes the values of a buffer.

        Args:
            name: Name of the buffer or parameter.
            values: Its new values, on the CPU.
        """
        self._copies[name].write(getattr(self, name), values)

    def indices(self, tasks: Sequence[str]) -> list[int]:
        """Finds tasks among those of the weighting.

        Args:
            tasks: Names of tasks.

        Returns:
            Their positions.
        """
        return [self.tasks.index(task) for task in tasks]

    def _keep(self, reason: str) -> None:
        self.kept += 1
        if not self._has_warned:
            self._has_warned = True
            print_log(
                f'{type(self).__name__}: keeping the last weights for a step, because {reason}. '
                'Further such steps are only counted, in the buffer `kept`.',
                logger='current',
                level=logging.WARNING,
            )


def _joint(gradient: Tensor) -> Tensor:
    """Gives the mean over the processes of a gradient in single precision."""
    joint = gradient.float() if gradient.dtype in (torch.float16, torch.bfloat16) else gradient
    if get_world_size() > 1:
        joint = joint.clone()
        all_reduce(joint, 'mean')
    return joint
