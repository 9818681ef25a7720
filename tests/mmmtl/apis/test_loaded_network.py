import numpy as np
import pytest
import torch

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.loaded_network import LoadedNetwork
from mmmtl.datasets.conversion import Intrinsics
from mmmtl.datasets.depth_camera import DepthCamera
from mmmtl.datasets.nyuv2 import NYUv2MultiTaskDataset


def load(small_model, **arguments):
    network = MultiTaskInferencer(*small_model, device='cpu', show_progress=False, **arguments)
    assert isinstance(network, LoadedNetwork)
    return network


def predict(network, image):
    (sample,) = network.forward(network.collate_fn([network.pipeline(image, 'a')]))
    return network.postprocess(sample)


@pytest.mark.parametrize('tta', [False, True])
def test_chosen_tasks_alone_are_computed(small_model, images, tta):
    network = load(small_model, tasks=['normal', 'seg'], tta=tta)
    assert list(network.tasks) == ['seg', 'normal']
    computed = []
    for name, head in network.segmentor.decode_head.items():
        head.conv_seg.register_forward_hook(lambda *_, name=name: computed.append(name))
    found = predict(network, images[0])
    assert set(computed) == {'seg', 'normal'}
    every = predict(load(small_model, tta=tta), images[0])
    for name in ('seg', 'normal'):
        np.testing.assert_allclose(found[name], every[name], atol=1e-5)


@pytest.mark.parametrize(
    ('tasks', 'message'),
    [
        (
            ['depht'],
            r"some of \['seg', 'depth', 'normal'\], found 'depht'; did you",
        ),
        ([], r'tasks: expected names of tasks, found \[\]'),
        ('seg', "tasks: expected names of tasks, found 'seg'"),
    ],
)
def test_tasks_that_cannot_be_chosen(small_model, tasks, message):
    with pytest.raises(ValueError, match=message):
        load(small_model, tasks=tasks)


def test_the_camera_is_the_data_sets_unless_one_is_given(small_model):
    assert load(small_model).camera == NYUv2MultiTaskDataset.camera
    camera = DepthCamera(Intrinsics(1, 1, 0, 0))
    network = load(small_model, camera=camera, max_depth=3.0)
    assert (network.camera, network.max_depth) == (camera, 3.0)


def test_the_network_is_ready_to_predict(small_model):
    network = load(small_model)
    assert not network.segmentor.training
    assert {parameter.device for parameter in network.model.parameters()} == {torch.device('cpu')}
    with pytest.raises(ValueError, match='batch_size: expected at least 1, found 0'):
        next(network.predictions([], 0))
