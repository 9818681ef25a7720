"""Every architecture can be exported in both formats, most of them for images of any size."""

import onnx
import pytest
from architectures import ARCHITECTURES, BASE_FILES, FIXED_SIZE, PARTS, SAME_OPERATIONS, build

from mmmtl.deployment import (
    DeployedNetwork,
    DynamicAxes,
    OnnxFormat,
    ProgramFormat,
    check_export,
    trace_network,
)

SIZE = (64, 96)
ODD_SIZE = (65, 107)


def test_every_base_file_is_tested_or_like_one_that_is():
    assert {path.stem for path in BASE_FILES.glob('*.py')} == {
        *ARCHITECTURES,
        *SAME_OPERATIONS,
        *PARTS,
    }
    assert set(SAME_OPERATIONS.values()) <= set(ARCHITECTURES)


@pytest.mark.parametrize('name', ARCHITECTURES)
def test_it_is_exported(name):
    network = DeployedNetwork(build(name))
    any_size = name not in FIXED_SIZE
    program = trace_network(network, SIZE, DynamicAxes.ALL if any_size else DynamicAxes.BATCH)
    tasks = list(network.segmentor.tasks)
    shapes = [(1, *SIZE), (2, *(ODD_SIZE if any_size else SIZE))]
    for file_format in (ProgramFormat(), OnnxFormat()):
        content = file_format.write(program, tasks, {})
        check = check_export(network, file_format.load(content), shapes, repeats=0)
        assert list(check.differences) == tasks
    _check_graph(onnx.load_from_string(content).graph, tasks, any_size)


def _check_graph(graph, tasks, any_size):
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
    assert list(shapes) == tasks
    for axes in shapes.values():
        assert [axes[0], *axes[2:]] == ['batch', *sides]
