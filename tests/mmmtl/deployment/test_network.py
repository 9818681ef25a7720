import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS, TRANSFORMS

from mmmtl.deployment import DeployedNetwork
from mmmtl.deployment.network import PipelineColors, check_reads_colors
from mmmtl.tasks import get_task


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


@pytest.mark.parametrize('to_rgb', [True, False])
@pytest.mark.parametrize('converts', [True, False])
def test_colours_of_the_pipeline(small_model, to_rgb, converts):
    cfg = Config.fromfile(small_model.config).model
    cfg.data_preprocessor.update(mean=None, std=None, bgr_to_rgb=converts)
    model = MODELS.build(cfg).eval()
    rgb = rgb_images(1)
    scale = dict(mean=[10.0, 100.0, 200.0], std=[20.0, 50.0, 80.0])
    normalise = TRANSFORMS.build(dict(type='Normalize', to_rgb=to_rgb, **scale))
    image = normalise(dict(img=rgb[0, ..., ::-1].astype(np.float32)))['img']
    image = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
    inputs = model.data_preprocessor(dict(inputs=[image]))['inputs']
    with torch.no_grad():
        expected = model(inputs, mode='tensor')
    network = DeployedNetwork(model, colors=PipelineColors(**scale, reads_rgb=to_rgb))
    for name, output in network.run(rgb).items():
        torch.testing.assert_close(torch.from_numpy(output), expected[name])


def test_two_normalisations_are_refused(inferencer):
    with pytest.raises(ValueError, match=r'colors: expected one normalisation, .* mean=\[1, 2, 3'):
        DeployedNetwork(inferencer.segmentor, colors=PipelineColors([1, 2, 3], [1, 1, 1]))


def test_another_type_of_image(inferencer):
    with pytest.raises(ValueError, match="image_type: expected one of .*found 'int64'"):
        DeployedNetwork(inferencer.segmentor, 'int64')


@pytest.mark.parametrize(('channels', 'settings'), [(1, dict(mean=[9.0], std=[2.0])), (4, {})])
def test_networks_of_other_images_are_named(small_model, channels, settings):
    cfg = Config.fromfile(small_model.config).model
    cfg.data_preprocessor.update(settings)
    network = DeployedNetwork(MODELS.build(cfg))
    check_reads_colors(network, (32, 48))
    first = next(m for m in network.modules() if isinstance(m, torch.nn.Conv2d))
    first.in_channels = channels
    with pytest.raises(ValueError, match=f'^model.backbone: .* 3 channels, .*one for {channels}'):
        check_reads_colors(network, (32, 48))
