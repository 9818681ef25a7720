from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch.export import ExportedProgram

from mmmtl.deployment.tracing import DynamicAxes


class OnnxFormat:
    """ONNX: for ONNX Runtime, TensorRT, OpenVINO and others.

    The file has one input, ``image``, and an output named after each task; its description is in
    the model's ``metadata_props``. All of it is in one file.

    Args:
        opset: Version of ONNX's operators. Defaults to 18, the one that torch's exporter writes
            without converting.

    Raises:
        ImportError: If a package of the extra ``export`` is missing.
    """

    name = 'ONNX Runtime'
    """What runs it."""

    def __init__(self, opset: int = 18) -> None:
        self.opset = opset
        self._runtime = _import_packages()

    def write(
        self, program: ExportedProgram, tasks: Sequence[str], description: Mapping[str, str]
    ) -> bytes:
        """Makes the content of a file.

        Args:
            program: The network's graph.
            tasks: Names of its outputs.
            description: Texts to store with it.

        Returns:
            The content.
        """
        dynamic = [
            index
            for index, length in enumerate(_input_shape(program))
            if not isinstance(length, int)
        ]
        names = {index: DynamicAxes.ALL.value[index] for index in dynamic}
        exported: Any = torch.onnx.export(
            program,
            (),
            input_names=['image'],
            output_names=list(tasks),
            opset_version=self.opset,
            dynamic_shapes=(names,),
            dynamo=True,
            verbose=False,
        )
        exported.model.metadata_props.clear()  # torch's notes on the graph
        exported.model.metadata_props.update(description)
        return exported.model_proto.SerializeToString()

    def load(self, content: bytes) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
        """Makes a function of a file's content.

        Args:
            content: The content.

        Returns:
            The function, from images (N, H, W, 3) to the maps by task, on the CPU.
        """
        session = self._runtime.InferenceSession(content, providers=['CPUExecutionProvider'])
        tasks = [output.name for output in session.get_outputs()]
        return lambda image: dict(zip(tasks, session.run(tasks, {'image': image}), strict=True))


def _import_packages() -> ModuleType:
    try:
        import onnx  # noqa: F401
        import onnxruntime
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"ONNX export needs the extra 'export' (pip install 'mmmtl[export]'): {error}."
        ) from error
    return onnxruntime


def _input_shape(program: ExportedProgram) -> Sequence[int | torch.SymInt]:
    (name,) = program.graph_signature.user_inputs
    (node,) = (node for node in program.graph.nodes if node.name == name)
    return node.meta['val'].shape
