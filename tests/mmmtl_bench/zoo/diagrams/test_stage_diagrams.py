"""Pictures of networks that share a backbone's stages."""

from mmmtl_bench.zoo.diagrams.gallery import network_of
from mmmtl_bench.zoo.diagrams.shapes import MapShape
from mmmtl_bench.zoo.diagrams.stage_diagrams import (
    describe_adapters,
    describe_branches,
    describe_pyramid_attention,
    describe_stage_attention,
    stages,
)
from tests.mmmtl_bench.zoo.diagrams._networks import TASKS, stages_of_two


def test_stages_are_the_backbone_s_maps():
    assert stages(stages_of_two()) == ['backbone[0]', 'backbone[1]']


def test_decoders_are_the_tasks_own():
    necks = {f'neck.necks.{task}': MapShape(256, 8) for task in TASKS}
    found = describe_branches(stages_of_two(**necks))
    owners = {block.name: block.owner for block in found.blocks}
    assert owners['backbone[1]'] is None
    assert [owners[name] for name in necks] == list(TASKS)


def test_a_task_attends_to_each_stage_and_its_head_reads_all():
    found = describe_stage_attention(stages_of_two())
    assert [mark.owner for mark in found.marks] == ['seg', 'seg', 'depth', 'depth']
    assert {link.source for link in found.links if link.target == 'head of seg'} == {
        'seg backbone[0]',
        'seg backbone[1]',
    }
    assert sum(link.shared for link in found.links) == len(TASKS)


def test_behind_the_last_mask_stands_the_layer_that_the_network_has_there():
    shared = {'neck.shared.0': MapShape(128, 4), 'neck.shared.1': MapShape(128, 8)}
    found = describe_stage_attention(stages_of_two(**shared))
    (to_head,) = [link for link in found.links if link.target == 'head of seg']
    assert to_head.shared
    assert sum(link.shared for link in found.links) == 2 * len(TASKS)


def test_a_wide_resnet_is_drawn_with_two_of_its_ten_tasks():
    found = describe_stage_attention(network_of('mtan_wide_resnet'))
    assert found.tasks == ('aircraft', 'cifar100')
    assert [mark.owner for mark in found.marks] == ['aircraft'] * 4 + ['cifar100'] * 4
    assert sum(link.shared for link in found.links) == 2 * 4


def test_blocks_of_a_transformer_are_frozen_or_trained_as_the_config_says():
    network = network_of('dinov3')
    found = describe_pyramid_attention(network)
    assert network.blocks == (False,) * 10 + (True,) * 2
    assert [(b.text, b.frozen) for b in found.blocks if b.frozen is not None] == [
        ('ViT, 10 blocks', True),
        ('2 blocks', False),
    ]


def test_the_levels_of_a_pyramid_do_not_read_each_other():
    network = network_of('dinov3')
    found = describe_pyramid_attention(network)
    levels = [block.name for block in found.blocks if (block.module or '').startswith('neck.')]
    assert [network.shapes[level].stride for level in levels] == [4, 8, 16, 32]
    assert not {link.target for link in found.links} & set(levels)
    assert [link.source for link in found.links if link.target == 'pyramid'] == ['trained']


def test_each_task_passes_the_frozen_model_with_its_adapter():
    network = network_of('lora')
    found = describe_adapters(network)
    models = [block for block in found.blocks if block.text.startswith('ViT')]
    assert [network.shapes[model.module].trained for model in models] == [False, False]
    assert [block.owner for block in found.blocks if block.text == 'LoRA'] == list(network.tasks)
