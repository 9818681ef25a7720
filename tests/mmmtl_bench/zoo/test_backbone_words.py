import pytest

from mmmtl.apis.launch import load_config
from mmmtl_bench.zoo.backbone_words import say_backbone
from tests.utils.paths import CONFIGS


@pytest.mark.parametrize(
    ('name', 'words'),
    [
        ('cross-stitch_segnet_nyuv2', 'SegNet (VGG-16)'),
        ('split-wide_segnet_nyuv2', 'SegNet (64 to 1024 channels)'),
        ('split-deep_segnet_nyuv2', 'SegNet (VGG-16, 26 convolutions)'),
        ('mtan_segnet_streets5', 'SegNet (16 to 64 channels)'),
        ('padnet_r18_nyud', 'ResNet-18'),
        ('mtan_r50-d8_deeplabv3_nyuv2', 'ResNet-50 (dilated)'),
        ('r18-d8_deeplabv3_nyud-seg', 'ResNet-18 (dilated)'),
        ('mtinet_hr18_nyud', 'HRNet-18'),
        ('invpt_mit-b0_nyud', 'MiT-B0'),
        ('split_swin-t_nyud', 'Swin-T'),
        ('invpt-full_vit-b_nyud', 'ViT-B/16'),
        ('invpt-full_vit-l_nyud', 'ViT-L/16'),
        ('linear_dinov2-s_cityscapes19', 'DINOv2 ViT-S/14 (frozen)'),
        ('stage-attention_dinov3-s_cityscapes7', 'DINOv3 ViT-S/16 (frozen but for 2 blocks)'),
        ('split_convnext-t_upernet_cityscapes7', 'ConvNeXt-T'),
        ('split_wrn28-4_decathlon', 'WRN-28-4'),
        ('mtunet_nyuv2', 'dense U-Net'),
    ],
)
def test_backbones_of_the_configs(name, words):
    assert say_backbone(load_config(CONFIGS / f'{name}.py').model.backbone) == words


@pytest.mark.parametrize(
    ('backbone', 'words'),
    [
        (dict(type='BiSeNetV2'), 'BiSeNetV2'),
        (dict(type='HFBackbone', config=dict(model_type='hiera')), 'hiera'),
        (dict(type='HFBackbone', model='someone/large'), 'large'),
        (dict(type='ResNet', depth=101), 'ResNet-101'),
    ],
)
def test_others(backbone, words):
    assert say_backbone(backbone) == words
