from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch.export import ExportedProgram

from mmmtl.deployment.exported import Maps
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
        with torch.no_grad():
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

    def load(self, content: bytes) -> OnnxNetwork:
        """Reads a file's content.

        Args:
            content: The content.

        Returns:
            The network, on the CPU.
        """
        return OnnxNetwork(content, self._runtime)


class OnnxNetwork:
    """A network in ONNX, on the CPU.

    Args:
        content: Content of the file.
        runtime: The module ``onnxruntime``.
    """

    def __init__(self, content: bytes, runtime: ModuleType) -> None:
        self._content, self._runtime = content, runtime
        self._session = self._start(content)
        self._tasks = [output.name for output in self._session.get_outputs()]

    def run(self, image: np.ndarray) -> Maps:
        """Predicts all maps.

        Args:
            image: Images of shape (N, H, W, 3).

        Returns:
            The maps by task.
        """
        outputs = self._session.run(self._tasks, {'image': image})
        return dict(zip(self._tasks, outputs, strict=True))

    def run_with_answers(self, image: np.ndarray) -> tuple[Maps, list[np.ndarray]]:
        """Predicts all maps, and tells the answers of all comparisons ``>=`` on the way.

        Args:
            image: Images of shape (N, H, W, 3).

        Returns:
            The maps by task, and boolean arrays in the graph's order.
        """
        import onnx

        model = onnx.load_from_string(self._content)
        names = [node.output[0] for node in model.graph.node if node.op_type == 'GreaterOrEqual']
        model.graph.output.extend(
            onnx.helper.make_tensor_value_info(name, onnx.TensorProto.BOOL, None) for name in names
        )
        session = self._start(model.SerializeToString())
        outputs = session.run([*self._tasks, *names], {'image': image})
        count = len(self._tasks)
        return dict(zip(self._tasks, outputs[:count], strict=True)), outputs[count:]

    def _start(self, content: bytes) -> Any:
        return self._runtime.InferenceSession(content, providers=['CPUExecutionProvider'])


def _import_packages() -> ModuleType:
    try:
        import onnx  # noqa: F401
        import onnxruntime
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f'ONNX export needs packages (pip install onnx onnxruntime onnxscript): {error}.'
        ) from error
    return onnxruntime


def _input_shape(program: ExportedProgram) -> Sequence[int | torch.SymInt]:
    (name,) = program.graph_signature.user_inputs
    (node,) = (node for node in program.graph.nodes if node.name == name)
    return node.meta['val'].shape
