from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import fx
from torch.export import ExportedProgram

from mmmtl.deployment.comparisons import run_graph
from mmmtl.deployment.exported import Maps


class ProgramFormat:
    """PyTorch's exported program (``.pt2``), which runs with torch alone.

    It is read with ``torch.export.load(path).module()``, a function from images to a dict of maps;
    the description is in its extra files.
    """

    name = 'torch.export'
    """What runs it."""

    def write(
        self, program: ExportedProgram, tasks: Sequence[str], description: Mapping[str, str]
    ) -> bytes:
        """Makes the content of a file.

        Args:
            program: The network's graph.
            tasks: Names of its outputs, which the program knows itself.
            description: Texts to store with it.

        Returns:
            The content.
        """
        stream = io.BytesIO()
        torch.export.save(program, stream, extra_files=dict(description))
        return stream.getvalue()

    def load(self, content: bytes) -> ProgramNetwork:
        """Reads a file's content.

        Args:
            content: The content.

        Returns:
            The network, on the CPU.
        """
        return ProgramNetwork(torch.export.load(io.BytesIO(content)).module())


class ProgramNetwork:
    """A network as an exported program, on the CPU.

    Args:
        graph: The program's module.
    """

    def __init__(self, graph: fx.GraphModule) -> None:
        self._graph = graph

    def run(self, image: np.ndarray) -> Maps:
        """Predicts all maps.

        Args:
            image: Images of shape (N, H, W, 3).

        Returns:
            The maps by task.
        """
        with torch.no_grad():
            outputs = self._graph(torch.from_numpy(image))
        return {task: output.numpy() for task, output in outputs.items()}

    def run_with_answers(self, image: np.ndarray) -> tuple[Maps, list[np.ndarray]]:
        """Predicts all maps, and tells the answers of all comparisons ``>=`` on the way.

        Args:
            image: Images of shape (N, H, W, 3).

        Returns:
            The maps by task, and boolean arrays in the graph's order.
        """
        run = run_graph(self._graph, image)
        return run.maps, run.answers
