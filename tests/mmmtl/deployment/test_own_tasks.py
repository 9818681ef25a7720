"""A network with tasks of one's own, one of each kind, as a file."""

import io
import json

import numpy as np
import onnx
import pytest
import torch

from mmmtl.apis import MultiTaskInferencer
from mmmtl.deployment import (
    DeployedNetwork,
    DynamicAxes,
    OnnxFormat,
    ProgramFormat,
    export_network,
)
from tests.utils.own_tasks import NUM_OUTPUTS, SIZE, write_own_tasks

DESCRIPTIONS = dict(
    parts=dict(
        quantity='classes',
        classes=['head', 'body', 'legs'],
        palette=[[230, 60, 40], [40, 160, 60], [60, 80, 220]],
    ),
    edge=dict(quantity='binary', values='logits; their sigmoid is the probability'),
    height=dict(quantity='scalar', unit='m', label='height [m]'),
    normal=dict(quantity='direction', axes='x right, y down, z forward'),
    flow=dict(quantity='vector', channels=2, along_image=True, unit='px'),
)


@pytest.fixture(scope='module')
def inferencer(tmp_path_factory):
    own = write_own_tasks(tmp_path_factory.mktemp('own'), tuple(DESCRIPTIONS))
    return MultiTaskInferencer(*own, device='cpu', show_progress=False)


def texts_of(file_format, content):
    if isinstance(file_format, OnnxFormat):
        return {entry.key: entry.value for entry in onnx.load_from_string(content).metadata_props}
    extra = dict.fromkeys(('mmmtl', 'input', 'tasks'), '')
    torch.export.load(io.BytesIO(content), extra_files=extra)
    return {
        key: value.decode() if isinstance(value, bytes) else value for key, value in extra.items()
    }


@pytest.mark.parametrize('kind', [OnnxFormat, ProgramFormat])
def test_a_file_has_an_output_for_each_task_and_says_what_it_is(inferencer, kind):
    network, file_format = DeployedNetwork(inferencer.segmentor), kind()
    export = export_network(network, file_format, SIZE, inferencer.metainfo)  # compares with torch
    assert export.axes is DynamicAxes.ALL
    assert list(export.check.differences) == list(DESCRIPTIONS)
    image = np.random.default_rng(0).integers(0, 256, (1, *SIZE, 3), dtype=np.uint8)
    outputs = file_format.load(export.content).run(image)
    channels = {name: output.shape[1] for name, output in outputs.items()}
    assert channels == {name: NUM_OUTPUTS[name] for name in DESCRIPTIONS}
    length = np.linalg.norm(outputs['normal'], axis=1)
    np.testing.assert_allclose(length, 1, atol=1e-4)
    prediction = inferencer(image[0, ..., ::-1])
    chances = 1 / (1 + np.exp(-outputs['edge'][0, 0]))
    np.testing.assert_allclose(chances, prediction['edge'], atol=1e-3)
    np.testing.assert_allclose(outputs['flow'][0], prediction['flow'].transpose(2, 0, 1), atol=1e-3)
    assert json.loads(texts_of(file_format, export.content)['tasks']) == DESCRIPTIONS
