import pytest
import torch
from torch import nn

from mmmtl.models.backbones.foundation.identity import features_identity
from mmmtl.models.data_preprocessor import MultiTaskDataPreprocessor
from tests.utils.foundation_models import CONFIGS, backbone

NORM = dict(mean=[1.0] * 3, std=[2.0] * 3)


def identity(preprocessor=NORM, **settings):
    found = backbone(frozen=True, **settings)
    return features_identity(found, MultiTaskDataPreprocessor(**preprocessor))


def test_it_is_the_same_for_the_same_model():
    first = identity()
    assert first == identity()
    assert len(first) == 64


@pytest.mark.parametrize(
    'settings',
    [
        dict(out_indices=[2]),
        dict(output_cls_token=True),
        dict(preprocessor=dict(mean=[1.5] * 3, std=[2.0] * 3)),
        dict(preprocessor=dict(size_divisor=28, **NORM)),
        dict(preprocessor=dict(bgr_to_rgb=True, **NORM)),
    ],
)
def test_it_is_another_where_the_features_are_others(settings):
    assert identity(**settings) != identity()


def test_it_tells_of_each_weight():
    found, preprocessor = backbone(frozen=True), MultiTaskDataPreprocessor(**NORM)
    before = features_identity(found, preprocessor)
    with torch.no_grad():
        found.model.encoder.layer[3].norm1.weight[2] += 1e-6
    assert features_identity(found, preprocessor) != before


def test_settings_that_have_no_weights_count():
    other = dict(CONFIGS['dinov2'], layer_norm_eps=1e-3)
    from mmmtl.models.backbones import HFBackbone

    torch.manual_seed(0)
    found = HFBackbone(config=other, frozen=True)
    assert features_identity(found, MultiTaskDataPreprocessor(**NORM)) != identity()


@pytest.mark.parametrize(
    ('settings', 'count'),
    [(dict(frozen=False), ''), (dict(trained_blocks=1), ''), (dict(lora=dict(rank=2)), '512 ')],
)
def test_a_trained_backbone_is_refused(settings, count):
    found = backbone(**{'frozen': True, **settings})
    with pytest.raises(ValueError, match=rf'of which nothing is trained .* {count}'):
        features_identity(found, None)


def test_other_backbones_and_random_images_are_refused():
    with pytest.raises(ValueError, match=r'expected an HFBackbone, .* found Linear'):
        features_identity(nn.Linear(2, 2), None)
    preprocessor = MultiTaskDataPreprocessor(**NORM)
    preprocessor.batch_augments = lambda *batch: batch
    with pytest.raises(ValueError, match=r'without batch_augments'):
        features_identity(backbone(frozen=True), preprocessor)
