import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import nn

from mmmtl.models.backbones.foundation.sources import ImageNorm
from mmmtl.models.segmentors.input_needs import fit_preprocessor, whole_patches

DINO = ImageNorm((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))


class Patches(nn.Module):
    """Means of patches of 4x4 pixels, which a convolution would leave out at the edges."""

    size_divisor = 4
    image_norm = None

    def forward(self, x):
        assert x.shape[2] % 4 == x.shape[3] % 4 == 0
        return (nn.functional.avg_pool2d(x, 4),)


class Head(nn.Module):
    """Gives the patches back at the size of the image."""

    def predict(self, features, metas, test_cfg):
        size = metas[0]['img_shape']
        return nn.functional.interpolate(features[0][:, :1], tuple(size), mode='nearest')


@pytest.fixture
def lines(monkeypatch):
    said = []
    module = 'mmmtl.models.segmentors.input_needs.print_log'
    monkeypatch.setattr(module, lambda line, **_: said.append(line))
    return said


def preprocessor(**settings):
    return MODELS.build(dict(type='MultiTaskDataPreprocessor', **settings))


def test_the_padding_is_a_multiple_and_labels_go_with_it():
    found = preprocessor(mean=[0, 0, 0], std=[1, 1, 1])
    fit_preprocessor(found, Patches(), found.tasks)
    assert found.size_divisor == 4
    sample = SegDataSample(metainfo=dict(ori_shape=(6, 9)))
    sample.gt_sem_seg = PixelData(data=torch.ones(1, 6, 9, dtype=torch.uint8))
    image = torch.full((3, 6, 9), 7, dtype=torch.uint8)
    data = found(dict(inputs=[image], data_samples=[sample]), training=True)
    assert data['inputs'].shape == (1, 3, 8, 12)
    label = data['data_samples'][0].gt_sem_seg.data
    assert label.shape == (1, 8, 12)
    assert (label[:, :6, :9] == 1).all()
    assert (label[:, 6:] == 255).all()
    assert (label[:, :, 9:] == 255).all()
    both = preprocessor(size_divisor=6)
    fit_preprocessor(both, Patches(), ())
    assert both.size_divisor == 12


def test_a_size_that_is_no_multiple_is_told():
    with pytest.raises(ValueError, match=r'^data_preprocessor\.size: .* 4, .*Patches.* \(8, 10\)'):
        fit_preprocessor(preprocessor(size=(8, 10)), Patches(), ())
    fit_preprocessor(preprocessor(size=(8, 12)), Patches(), ())


def test_without_needs_nothing_changes():
    found = preprocessor()
    fit_preprocessor(found, nn.Identity(), ())
    assert found.size_divisor is None
    assert not found._enable_normalize
    images = torch.rand(1, 3, 5, 7)
    padded, cut = whole_patches(images, nn.Identity())
    assert padded is images
    assert cut(images) is images


def test_what_is_predicted_for_the_padding_is_cut():
    images = torch.rand(2, 3, 6, 9)
    padded, cut = whole_patches(images, Patches())
    assert torch.equal(padded[:, :, :6, :9], images)
    assert padded.shape == (2, 3, 8, 12)
    assert not padded[:, :, 6:].any()
    assert not padded[:, :, :, 9:].any()
    output = torch.rand(2, 5, 8, 12)
    assert torch.equal(cut(output), output[:, :, :6, :9])
    of_image = torch.rand(2, 5, 1, 1)
    assert torch.equal(cut(of_image), of_image)


def test_an_image_smaller_than_a_patch_is_told():
    backbone = Patches()
    backbone.strides = (4,)
    with pytest.raises(ValueError, match=r'^image: .* 4x4 pixels.* found 3x9'):
        whole_patches(torch.rand(1, 3, 3, 9), backbone)


def test_predictions_lie_where_their_pixels_are():
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=dict(type='SegNetEncoder', widths=(4,), num_convs=(2,)),
            decode_head=dict(depth=dict(type='DepthHead', in_channels=3, channels=3)),
        )
    ).eval()
    model.backbone, model.decode_head['depth'] = Patches(), Head()
    image = torch.zeros(1, 3, 6, 9)
    image[:, :, :4, 4:8] = 1
    expected = torch.zeros(1, 1, 6, 9)
    expected[:, :, :4, 4:8] = 1
    assert torch.equal(model(image, mode='tensor')['depth'], expected)


def test_images_are_normalised_as_the_backbone_was_trained(lines):
    backbone = Patches()
    backbone.image_norm = DINO
    found = preprocessor()
    fit_preprocessor(found, backbone, ())
    blue, green, red = 10, 20, 30
    image = torch.tensor([blue, green, red], dtype=torch.uint8).view(3, 1, 1).expand(3, 4, 4)
    inputs = found(dict(inputs=[image]))['inputs'][0, :, 0, 0]
    expected = [(red - 123.675) / 58.395, (green - 116.28) / 57.12, (blue - 103.53) / 57.375]
    torch.testing.assert_close(inputs, torch.tensor(expected))
    assert 'are normalised by mean [123.675' in lines[0]


@pytest.mark.parametrize(
    ('own', 'warned'),
    [
        (dict(mean=DINO.mean, std=DINO.std, bgr_to_rgb=True), False),
        (dict(mean=[123.7, 116.3, 103.5], std=[58.4, 57.1, 57.4], bgr_to_rgb=True), False),
        (dict(mean=DINO.mean, std=DINO.std), True),
        (dict(mean=[127.5] * 3, std=[127.5] * 3, bgr_to_rgb=True), True),
    ],
)
def test_other_numbers_stay_with_a_warning(own, warned, lines):
    backbone = Patches()
    backbone.image_norm = DINO
    found = preprocessor(**own)
    mean = found.mean.clone()
    fit_preprocessor(found, backbone, ())
    assert torch.equal(found.mean, mean)
    assert [('was trained on RGB images' in line) for line in lines] == [True] * warned
