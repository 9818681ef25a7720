"""Pictures of networks that are made of SegNets."""

from mmmtl_bench.zoo.diagrams.segnet_diagrams import (
    blocks_of,
    describe_attention,
    describe_dense,
    describe_segnet,
    describe_stitched,
)
from mmmtl_bench.zoo.diagrams.shapes import MapShape, Network

WIDTHS = {'encoder.0': MapShape(8, 1), 'encoder.1': MapShape(16, 2)}
WIDTHS |= {'decoder.0': MapShape(8, 2), 'decoder.1': MapShape(8, 1)}


def segnets(tasks, *prefixes, **others):
    shapes = {prefix + name: shape for prefix in prefixes for name, shape in WIDTHS.items()}
    return Network(tasks, shapes | others)


def test_blocks_are_counted_in_the_network():
    found = blocks_of(segnets(('seg',), 'backbone.'), 'backbone.encoder.{}', 'backbone.decoder.{}')
    assert found == [f'backbone.{name}' for name in WIDTHS]


def test_all_heads_read_the_last_block():
    found = describe_segnet(segnets(('seg', 'depth', 'normal'), 'backbone.'))
    heads = [link for link in found.links if link.target.startswith('head of')]
    assert [(head.source, head.owner) for head in heads] == [
        ('backbone.decoder.1', task) for task in found.tasks
    ]


def test_mtan_has_a_mask_for_each_block_and_shares_the_layers_between():
    network = segnets(('seg', 'depth'), 'backbone.')
    preprint = describe_attention(network)
    assert len(preprint.marks) == 2 * 4
    assert not any(link.shared for link in preprint.links)
    network.shapes['neck.encoder_shared.0'] = MapShape(16, 1)
    assert sum(link.shared for link in describe_attention(network).links) == 2 * 3


def test_with_one_task_nothing_is_shared():
    network = segnets(('seg',), 'backbone.')
    network.shapes['neck.encoder_shared.0'] = MapShape(16, 1)
    found = describe_attention(network)
    assert not any(link.shared for link in found.links)
    assert {block.owner for block in found.blocks if block.module} == {'seg'}


def test_blocks_of_tasks_read_shared_ones_before_them():
    network = segnets(('seg',), 'backbone.streams.seg.')
    shared = {f'backbone.shared_{name}': shape for name, shape in WIDTHS.items()}
    del shared['backbone.shared_decoder.1']  # nobody reads it, so it is not computed
    found = describe_dense(Network(('seg',), network.shapes | shared))
    links = [(link.source, link.target) for link in found.links]
    assert ('backbone.shared_encoder.0', 'backbone.streams.seg.encoder.1') in links
    assert ('backbone.shared_decoder.0', 'backbone.streams.seg.decoder.1') in links


def test_units_stand_between_blocks():
    network = segnets(('seg', 'depth'), 'backbone.streams.seg.', 'backbone.streams.depth.')
    found = describe_stitched(network)
    assert [mark.name for mark in found.marks] == ['unit 1', 'unit 2', 'unit 3']
    for number in (1, 2, 3):
        assert sum(link.target == f'unit {number}' for link in found.links) == 2
