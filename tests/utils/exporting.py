"""Exports an architecture, and checks what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import onnx

from mmmtl.deployment import (
    DeployedNetwork,
    DynamicAxes,
    OnnxFormat,
    ProgramFormat,
    check_export,
    trace_network,
)
from mmmtl.deployment.program_format import ProgramNetwork
from mmmtl.deployment.shapes import require_shapes
from mmmtl.tasks import Task
from tests.utils.architectures import FIXED_SIZE, SAME_OPERATORS, build

SIZE = (64, 96)
ODD_SIZE = (65, 107)

WRITTEN_PROGRAMS = ('mtan_segnet', 'padnet_r18', 'stage-attention_mit-b0_segformer')
"""Networks whose program is written and read too, which is torch's own part, and slow."""


def export_and_check(name: str, **neck: Any) -> set[str]:
    """Exports an architecture in both formats and compares the files with it.

    Where others have all of its operators, its program stands for the ONNX file.

    Returns:
        The operators of its graph.
    """
    network = DeployedNetwork(build(name, **neck))
    any_size = name not in FIXED_SIZE
    axes = DynamicAxes.ALL if any_size else DynamicAxes.BATCH
    program = trace_network(network, SIZE, axes)
    if any_size:
        require_shapes(program, network.dtype, SIZE, axes)
    defined = network.segmentor.tasks
    tasks = list(defined)
    shapes = [(1, *SIZE), (2, *(ODD_SIZE if any_size else SIZE))]
    networks = []
    if name not in SAME_OPERATORS:
        content = OnnxFormat().write(program, tasks, {})
        networks.append(OnnxFormat().load(content))
        _check_graph(onnx.load_from_string(content).graph, defined, any_size)
    if name in WRITTEN_PROGRAMS:
        networks.append(ProgramFormat().load(ProgramFormat().write(program, tasks, {})))
    else:
        networks.append(ProgramNetwork(program.module()))
    for exported in networks:
        check = check_export(network, program, exported, shapes, repeats=0)
        assert list(check.differences) == tasks
    return {str(node.target) for node in program.graph.nodes if node.op == 'call_function'}


def _check_graph(graph: Any, tasks: Mapping[str, Task], any_size: bool) -> None:
    # few runtimes have these
    assert all(len(node.output) == 1 for node in graph.node if node.op_type == 'MaxPool')
    operators = {node.op_type for node in graph.node}
    assert not {'MaxUnpool', 'ScatterND', 'ScatterElements', 'If', 'Loop'} & operators
    shapes = {
        value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.output)
    }
    sides = ['height', 'width'] if any_size else list(SIZE)
    assert shapes.pop('image') == ['batch', *sides, 3]
    assert list(shapes) == list(tasks)
    for name, axes in shapes.items():
        assert [axes[0], *axes[2:]] == ['batch', *(sides if tasks[name].is_dense else [1, 1])]
