import pytest

from mmmtl.models.backbones.foundation.probe import probe
from mmmtl.models.backbones.foundation.weights import backbone_config
from tests.utils.foundation_models import CONFIGS


def asked(family, stages, **changes):
    config = backbone_config({**CONFIGS[family], **changes}, 'test')
    config.out_features = [config.stage_names[index] for index in stages]
    return config


def test_what_a_plain_transformer_gives():
    shape = probe(asked('dinov2', [1, 2]))
    assert shape.channels == (16, 16)
    assert shape.strides == (14, 14)
    assert shape.fixed_size is None
    behind = {name for name in shape.unused if not name.startswith('encoder.layer.')}
    assert behind == {'embeddings.mask_token'}
    assert {name.split('.')[2] for name in shape.unused - behind} == {'2', '3'}


def test_what_a_pyramid_gives():
    shape = probe(asked('swin', [1, 2, 3, 4]))
    assert shape.channels == (8, 16, 32, 64)
    assert shape.strides == (4, 8, 16, 32)
    assert probe(asked('dinov2', [4], patch_size=16, image_size=64)).strides == (16,)


def test_a_model_for_one_size():
    assert probe(asked('hiera', [1, 4])).fixed_size == (64, 64)


def test_a_size_that_a_model_cannot_read_is_told():
    message = r"^config\.image_size: expected a size whose images 'hiera' reads, .* found 64x96"
    with pytest.raises(ValueError, match=message):
        probe(asked('hiera', [1], image_size=[64, 96]))


def test_a_config_of_no_model_is_told():
    with pytest.raises(ValueError, match=r"^config: no 'swin' can be built of it") as said:
        probe(asked('swin', [1], num_heads=[1]))
    assert '\n' not in str(said.value)
