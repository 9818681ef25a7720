import builtins

import numpy as np
import pytest

from mmmtl.deployment import DynamicAxes, OnnxFormat, trace_network
from tests.utils.steps import Steps

onnx = pytest.importorskip('onnx')
DESCRIPTION = {'mmmtl': '1', 'tasks': '{"step": "ä"}'}


@pytest.fixture(scope='module')
def content():
    program = trace_network(Steps(), (4, 6), DynamicAxes.BATCH)
    return OnnxFormat().write(program, ['step'], DESCRIPTION)


def test_a_network_is_read_as_it_was_written(content):
    image = np.random.default_rng(0).integers(0, 256, (3, 4, 6, 3), dtype=np.uint8)
    found = OnnxFormat().load(content).run(image)
    assert list(found) == ['step']
    assert found['step'].dtype == np.float32
    np.testing.assert_allclose(found['step'], Steps().run(image)['step'], rtol=1e-6)


def test_one_file_has_names_shapes_and_the_description_alone(content):
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model)
    axes = {
        value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    }
    assert axes == {'image': ['batch', 4, 6, 3], 'step': ['batch', 1, 4, 6]}
    assert {entry.key: entry.value for entry in model.metadata_props} == DESCRIPTION
    assert [entry.version for entry in model.opset_import if entry.domain == ''] == [18]


def test_missing_packages_are_named_with_the_extra(monkeypatch):
    original = builtins.__import__

    def without(name, *args):
        if name == 'onnxruntime':
            raise ImportError("No module named 'onnxruntime'")
        return original(name, *args)

    monkeypatch.setattr(builtins, '__import__', without)
    with pytest.raises(
        ImportError, match=r'\(pip install onnx onnxruntime onnxscript\): .*onnxruntime'
    ):
        OnnxFormat()
