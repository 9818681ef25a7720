import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.apis import MultiTaskInferencer
from mmmtl.deployment import DeployedNetwork
from mmmtl.deployment.network import check_reads_colours
from mmmtl.tasks import get_task


@pytest.fixture
def inferencer(small_model):
    return MultiTaskInferencer(*small_model, device='cpu', show_progress=False)


def rgb_images(count=2, size=(32, 48)):
    return np.random.default_rng(0).integers(0, 256, (count, *size, 3), dtype=np.uint8)


@pytest.mark.parametrize('image_type', ['uint8', 'float32'])
def test_it_predicts_what_the_segmentor_predicts(inferencer, image_type):
    rgb = rgb_images()
    model = inferencer.segmentor
    bgr = torch.from_numpy(np.ascontiguousarray(rgb[..., ::-1].transpose(0, 3, 1, 2)))
    with torch.no_grad():
        samples = model.test_step(dict(inputs=list(bgr)))
    outputs = DeployedNetwork(model, image_type).run(rgb.astype(image_type))
    assert list(outputs) == ['seg', 'depth', 'normal']
    assert outputs['seg'].dtype == np.float32
    for index, sample in enumerate(samples):
        for name, output in outputs.items():
            expected = sample.get(get_task(name).output_field or get_task(name).pred_field).data
            torch.testing.assert_close(torch.from_numpy(output[index]), expected)


@pytest.mark.parametrize('changes', [dict(bgr_to_rgb=False), dict(mean=None, std=None)])
def test_the_networks_own_colours(small_model, changes):
    cfg = Config.fromfile(small_model.config).model
    cfg.data_preprocessor.update(changes)
    model = MODELS.build(cfg).eval()
    rgb = rgb_images(1)
    bgr = torch.from_numpy(np.ascontiguousarray(rgb[..., ::-1].transpose(0, 3, 1, 2)))
    inputs = model.data_preprocessor(dict(inputs=list(bgr)))['inputs']
    with torch.no_grad():
        expected = model(inputs, mode='tensor')
    for name, output in DeployedNetwork(model).run(rgb).items():
        torch.testing.assert_close(torch.from_numpy(output), expected[name])


def test_another_type_of_image(inferencer):
    with pytest.raises(ValueError, match="image_type: expected one of .*found 'int64'"):
        DeployedNetwork(inferencer.segmentor, 'int64')


@pytest.mark.parametrize(('channels', 'settings'), [(1, dict(mean=[9.0], std=[2.0])), (4, {})])
def test_networks_of_other_images_are_named(small_model, channels, settings):
    cfg = Config.fromfile(small_model.config).model
    cfg.data_preprocessor.update(settings)
    network = DeployedNetwork(MODELS.build(cfg))
    check_reads_colours(network, (32, 48))
    first = next(m for m in network.modules() if isinstance(m, torch.nn.Conv2d))
    first.in_channels = channels
    with pytest.raises(ValueError, match=f'^model.backbone: .* 3 channels, .*one for {channels}'):
        check_reads_colours(network, (32, 48))
