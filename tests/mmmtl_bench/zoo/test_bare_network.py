import copy

import pytest
import torch

from mmmtl.apis.launch import load_config
from mmmtl_bench.zoo.bare_network import build_bare, network_key
from tests.utils.paths import CONFIGS


def load(name):
    return load_config(CONFIGS / f'{name}.py')


def same(one, other):
    return network_key(load(one).model, (8, 8)) == network_key(load(other).model, (8, 8))


def test_weightings_and_schedules_make_no_other_network():
    assert same('mtan_segnet_cityscapes7', 'mtan_segnet_cityscapes7-dwa')
    assert same('mtan_segnet_nyuv2', 'mtan_segnet_nyuv2_aug')


def test_classes_tasks_and_sizes_do():
    assert not same('mtan_segnet_cityscapes7', 'mtan_segnet_cityscapes19')
    assert not same('segnet_cityscapes7-seg', 'segnet_cityscapes7-depth')
    assert not same('mtunet_cityscapes7', 'mtunet_cityscapes7-no-crosstalk')
    model = load('mtan_segnet_cityscapes7').model
    assert network_key(model, (8, 8)) != network_key(model, (8, 16))


@pytest.mark.parametrize(
    ('name', 'published'),
    [
        # millions, of the model cards, without the last normalisation and the classifier
        ('linear_dinov2-s_cityscapes19', 22.06),
        ('invpt_swin-t_cityscapes7', 27.52),
        ('stage-attention_dinov3-s_cityscapes7', 21.6),
        ('split_convnext-t_upernet_cityscapes7', 27.82),
    ],
)
def test_models_of_the_hub_have_their_size_and_no_file(name, published):
    cfg = load(name)
    before = copy.deepcopy(cfg.model)
    backbone = build_bare(cfg, on_meta=True).backbone
    count = sum(parameter.numel() for parameter in backbone.parameters())
    assert count / 1e6 == pytest.approx(published, abs=0.03)
    assert cfg.model == before


def test_files_of_weights_are_not_read():
    cfg = load('segnet_camvid-hololens-depth')
    cfg.model.backbone.init_cfg = dict(type='Pretrained', checkpoint='not_there.pth')
    model = build_bare(cfg)
    assert not any(parameter.is_meta for parameter in model.parameters())
    assert model(torch.zeros(1, 3, 32, 32), mode='tensor')['depth'].shape == (1, 1, 32, 32)
