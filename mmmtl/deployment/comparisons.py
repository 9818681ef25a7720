"""The comparisons in a network's graph: their answers, and what follows from given ones."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from mmmtl.deployment.exported import Maps
from mmmtl.deployment.network import DeployedNetwork


def double_graph(network: DeployedNetwork, image: np.ndarray) -> fx.GraphModule:
    """Records the graph of a network in double precision.

    Args:
        network: The network.
        image: Images of shape (N, H, W, 3), of which the graph is to run on others of this shape.

    Returns:
        The graph; its comparisons are in the same order.
    """
    with torch.no_grad():
        program = torch.export.export(deepcopy(network).double(), (torch.from_numpy(image),))
    return program.module()


@dataclass(frozen=True)
class GraphRun:
    """What a run of a graph gave.

    Args:
        maps: The maps by task.
        answers: Answers of the graph's comparisons ``>=`` in their order, boolean arrays.
        overruled: How many of them the numbers would have answered otherwise.
        largest_gap: How far two numbers were apart whose comparison was overruled: the largest
            difference, relative to the largest absolute number where that is above 1.
    """

    maps: Maps
    answers: list[np.ndarray]
    overruled: int
    largest_gap: float


def run_graph(
    graph: fx.GraphModule, image: np.ndarray, answers: Sequence[np.ndarray] | None = None
) -> GraphRun:
    """Runs the graph of a network.

    Args:
        graph: The graph, ``module()`` of an exported program.
        image: Images of shape (N, H, W, 3).
        answers: Answers to go by, in place of those that the numbers give. Defaults to None: those
            of the numbers.

    Returns:
        What it gave.

    Raises:
        ValueError: If there are more or fewer answers than comparisons, or of other shapes.
    """
    run = _Run(graph, answers)
    with torch.no_grad():
        outputs = run.run(torch.from_numpy(image))
    if answers is not None and len(run.answers) != len(answers):
        raise ValueError(
            f'answers: expected one for each of {len(run.answers)} comparisons, '
            f'found {len(answers)}.'
        )
    maps = {task: output.numpy() for task, output in outputs.items()}
    found = [answer.numpy() for answer in run.answers]
    return GraphRun(maps, found, run.overruled, run.largest_gap)


class _Run(fx.Interpreter):
    """Runs a graph node by node, and overrules its comparisons."""

    def __init__(self, graph: fx.GraphModule, given: Sequence[np.ndarray] | None) -> None:
        super().__init__(graph)
        self.answers: list[Tensor] = []
        self.overruled = 0
        self.largest_gap = 0.0
        self._given = given

    def call_function(self, target: Any, args: Any, kwargs: Any) -> Any:
        result = super().call_function(target, args, kwargs)
        if target is not torch.ops.aten.ge.Tensor:
            return result
        if self._given is not None and len(self.answers) < len(self._given):
            result = self._overrule(args[0], args[1], result, self._given[len(self.answers)])
        self.answers.append(result)
        return result

    def _overrule(self, a: Tensor, b: Tensor, own: Tensor, answer: np.ndarray) -> Tensor:
        given = torch.from_numpy(answer)
        if given.shape != own.shape:
            raise ValueError(
                f'answers: expected number {len(self.answers) + 1} of the shape '
                f'{tuple(own.shape)}, found {tuple(given.shape)}.'
            )
        differs = given != own
        if differs.any():
            scale = max(1.0, float(a.abs().max()), float(b.abs().max()))
            gap = float((a - b).abs()[differs].max()) / scale
            self.overruled += int(differs.sum())
            self.largest_gap = max(self.largest_gap, gap)
        return given
