from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch.export import ExportedProgram


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

    def load(self, content: bytes) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
        """Makes a function of a file's content.

        Args:
            content: The content.

        Returns:
            The function, from images (N, H, W, 3) to the maps by task, on the CPU.
        """
        module = torch.export.load(io.BytesIO(content)).module()

        def run(image: np.ndarray) -> dict[str, np.ndarray]:
            with torch.no_grad():
                outputs = module(torch.from_numpy(image))
            return {task: output.numpy() for task, output in outputs.items()}

        return run
