import pytest
import torch
from mmseg.registry import MODELS

from tests.utils.foundation_models import CONFIGS
from tests.utils.turned import changed, psp, turn


def test_another_backbone_takes_the_place_of_the_configs():
    backbone = dict(type='HFBackbone', config=CONFIGS['convnext'], frozen=True)
    cfg = psp()
    cfg.model.pretrained = 'open-mmlab://resnet50_v1c'
    cfg.model.decode_head.in_channels = 32
    cfg.model.decode_head.channels = 8
    cfg.model.auxiliary_head.in_channels = 24
    cfg.model.auxiliary_head.channels = 8
    turned = turn(cfg, ['seg', 'depth'], backbone=backbone).model
    assert turned.backbone == backbone
    assert 'pretrained' not in turned
    assert cfg.model.backbone.type == 'ResNetV1c'
    turned.data_preprocessor.size = None
    model = MODELS.build(turned).eval()
    assert model.data_preprocessor.size_divisor == 32
    with torch.no_grad():
        outputs = model(torch.rand(1, 3, 40, 70), mode='tensor')
    assert {name: tuple(x.shape) for name, x in outputs.items()} == dict(
        seg=(1, 19, 40, 70), depth=(1, 1, 40, 70)
    )


def test_a_backbone_of_no_type_is_told():
    turned = turn(changed(), ['seg', 'depth'], backbone=dict(model='facebook/dinov2-small'))
    with pytest.raises(ValueError, match=r'^backbone\.type: expected the type of a part'):
        MODELS.build(turned.model)


@pytest.mark.parametrize(
    ('neck', 'imported'),
    [(None, ['mmmtl']), ('mmpretrain.GlobalAveragePooling', ['mmpretrain.models', 'mmmtl'])],
)
def test_the_library_of_the_backbone_that_went_is_imported_where_something_else_needs_it(
    neck, imported
):
    cfg = psp()
    cfg.custom_imports = dict(imports='mmpretrain.models', allow_failed_imports=False)
    cfg.model.backbone = dict(type='mmpretrain.ConvNeXt')
    if neck:
        cfg.model.neck = dict(type=neck)
    turned = turn(cfg, ['seg', 'depth'], backbone=dict(type='HFBackbone', model='x'))
    assert turned.custom_imports == dict(imports=imported, allow_failed_imports=False)
    assert turn(cfg, ['seg', 'depth']).custom_imports.imports == ['mmpretrain.models', 'mmmtl']
