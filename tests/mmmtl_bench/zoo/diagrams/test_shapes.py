"""What pictures take from networks."""

from mmmtl.apis.launch import load_config
from mmmtl_bench.zoo.diagrams.shapes import MapShape, Network, trace_network


def test_a_segnet(repository):
    found = trace_network(load_config(repository / 'configs' / 'segnet_cityscapes7-seg.py'))
    assert found.tasks == ('seg',)
    assert found.count('backbone.encoder.{}') == 5
    sizes = [(64, 1), (128, 2), (256, 4), (512, 8), (512, 16)]
    for index, size in enumerate(sizes):
        assert found.shapes[f'backbone.encoder.{index}'] == MapShape(*size)
    assert found.shapes['backbone[4]'] == MapShape(64, 1)
    assert found.blocks == ()


def test_a_frozen_backbone(repository):
    found = trace_network(load_config(repository / 'configs' / 'split_dinov2-s_dpt_nyuv2.py'))
    assert found.count('backbone[{}]') == 4
    assert found.shapes['backbone[0]'] == MapShape(384, 14, trained=False)
    assert found.shapes['decode_head.seg.project'].trained
    assert found.blocks == (False,) * 12


def test_nothing_is_counted_that_is_not_there():
    assert Network(('seg',), {}).count('backbone[{}]') == 0
