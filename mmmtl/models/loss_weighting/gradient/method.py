from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

State = dict[str, Tensor]
"""What a method remembers, by name; every dimension of a tensor has an entry for each task."""


class GradientMethod:
    """A rule that turns the Gramian of the tasks' gradients into weights.

    The rule is a function of the Gramian and the state alone. It keeps nothing itself: its user
    stores the state, and cuts out that of the tasks which are weighed.

    This class wraps a rule that remembers nothing.

    Args:
        rule: Gives the weights, shape (K,), of a Gramian of shape (K, K).
        smallest: Number of tasks that the rule needs. Defaults to 1.
    """

    normalises: bool = True
    """Whether the rule wants Gramians whose mean diagonal is 1, so that its small constants do not
    depend on the scale of the gradients."""

    def __init__(self, rule: Callable[[Tensor], Tensor], smallest: int = 1) -> None:
        self.rule = rule
        self.smallest = smallest

    def initial_state(self, count: int) -> State:
        """Gives the state before the first batch.

        Args:
            count: Number of tasks of the model.

        Returns:
            Tensors of which every dimension has ``count`` entries.
        """
        return {}

    def __call__(self, gramian: Tensor, tasks: Sequence[str], state: State) -> Tensor:
        """Computes the weights, and replaces the entries of the state.

        Args:
            gramian: Shape (K, K), float64, on the CPU.
            tasks: Names of the K tasks.
            state: The state of these tasks.

        Returns:
            Shape (K,).

        Raises:
            ValueError: If there are too few tasks.
        """
        if len(tasks) < self.smallest:
            raise ValueError(
                f'the method needs {self.smallest} tasks, found {len(tasks)}, {list(tasks)}'
            )
        return self.weigh(gramian, tasks, state)

    def weigh(self, gramian: Tensor, tasks: Sequence[str], state: State) -> Tensor:
        """Computes the weights of enough tasks; see :meth:`__call__`."""
        return self.rule(gramian)


class PreferenceMethod(GradientMethod):
    """A rule with a preference vector, given by task.

    Args:
        rule: Gives the weights of a Gramian and a preference vector, or None for its default.
        preference: The preference of each task. Defaults to the rule's, the same for all tasks.
    """

    def __init__(
        self,
        rule: Callable[[Tensor, Tensor | None], Tensor],
        preference: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(lambda gramian: rule(gramian, None))
        self.preferring_rule = rule
        self.preference = preference

    def weigh(self, gramian: Tensor, tasks: Sequence[str], state: State) -> Tensor:
        """Computes the weights; see :meth:`GradientMethod.__call__`."""
        if self.preference is None:
            return self.rule(gramian)
        return self.preferring_rule(
            gramian, torch.tensor([self.preference[task] for task in tasks], dtype=gramian.dtype)
        )


def factor(gramian: Tensor) -> Tensor:
    """Gives gradients in K dimensions that have the same inner products.

    Rules that do not depend on the coordinates can be given these in place of the real gradients.

    Args:
        gramian: Shape (K, K), positive semi-definite.

    Returns:
        Shape (K, K), one gradient a row.
    """
    values, vectors = torch.linalg.eigh(gramian)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T
