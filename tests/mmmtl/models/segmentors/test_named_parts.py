import pytest
from mmseg.models.decode_heads import FCNHead, OCRHead

from mmmtl.models.decode_heads import DepthHead
from mmmtl.models.segmentors.named_parts import (
    build_named,
    named_arguments,
    takes_any_argument,
    type_of,
)

DEPTH = dict(type='DepthHead', in_channels=4, channels=4)
FCN = dict(type='FCNHead', in_channels=4, channels=4, num_classes=3)


def test_types_are_found_by_name_or_given():
    assert type_of(dict(type='DepthHead'), 'x') is DepthHead
    assert type_of(dict(type='mmseg.FCNHead'), 'x') is FCNHead
    assert type_of(dict(type=FCNHead), 'x') is FCNHead


@pytest.mark.parametrize(
    ('config', 'message'),
    [
        (
            dict(type='DepthHed'),
            "decode_head.depth.type: expected the type of a part of a network, found 'DepthHed', "
            "the nearest is 'DepthHead'.",
        ),
        (
            dict(type='Quux12345'),
            "decode_head.depth.type: expected the type of a part of a network, found 'Quux12345'.",
        ),
        (
            dict(in_channels=3),
            'decode_head.depth.type: expected the type of a part of a network, found None.',
        ),
    ],
)
def test_a_type_that_does_not_exist_is_named(config, message):
    with pytest.raises(ValueError, match='type') as raised:
        type_of(config, 'decode_head.depth')
    assert str(raised.value) == message


def test_arguments_are_chosen_by_name():
    given = dict(num_classes=3, out_channels=1)
    assert named_arguments(DepthHead, given) == dict(out_channels=1)
    assert named_arguments(FCNHead, given) == {}
    assert not takes_any_argument(DepthHead)
    assert takes_any_argument(FCNHead)


def test_parts_are_built_and_the_config_is_not_changed():
    config = dict(FCN)
    assert isinstance(build_named(config, 'x'), FCNHead)
    assert config == FCN


@pytest.mark.parametrize(
    ('config', 'message'),
    [
        (
            dict(type='DepthHead', in_channels=4, chanels=3),
            "decode_head.x: DepthHead has no argument 'chanels', the nearest is 'channels'.",
        ),
        (
            dict(FCN, num_convolutions=3),  # FCNHead names num_convs, its base the others
            "decode_head.x: FCNHead has no argument 'num_convolutions', "
            "the nearest is 'num_convs'.",
        ),
        (
            dict(FCN, aligncorners=True),
            "decode_head.x: FCNHead has no argument 'aligncorners', "
            "the nearest is 'align_corners'.",
        ),
        (dict(DEPTH, zzz=1), "decode_head.x: DepthHead has no argument 'zzz'."),
        (
            dict(DEPTH, loss_decode=dict(type='MaskedL1Loss', wheight=1)),
            "decode_head.x.loss_decode: MaskedL1Loss has no argument 'wheight', "
            "the nearest is 'loss_weight'.",
        ),
        (
            dict(type='CascadeDecodeHead', heads=[FCN, dict(FCN, type=OCRHead, orc_channels=2)]),
            "decode_head.x.heads.1: OCRHead has no argument 'orc_channels', "
            "the nearest is 'ocr_channels'.",
        ),
        (
            dict(DEPTH, value_range=(3, 1)),
            'decode_head.x: value_range: expected the smallest and the largest value, or None as '
            'the largest, found (3, 1).',
        ),
    ],
)
def test_a_wrong_argument_is_named_with_its_place_and_the_nearest(config, message):
    with pytest.raises(ValueError, match='decode_head') as raised:
        build_named(config, 'decode_head.x')
    assert str(raised.value) == message
    assert raised.value.__cause__ is not None


def test_an_argument_that_is_lacking_is_named():
    with pytest.raises(ValueError, match=r"^decode_head.x: .*argument: 'channels'$"):
        build_named(dict(type='DepthHead', in_channels=4), 'decode_head.x')


def test_what_mmseg_asserts_without_a_word_is_quoted():
    message = r'^x: FCNHead refuses its config: assert self\.in_channels == self\.channels$'
    with pytest.raises(ValueError, match=message):
        build_named(dict(FCN, num_convs=0, concat_input=False, channels=5), 'x')
