"""Pictures of networks that share a backbone's stages."""

from mmmtl_bench.zoo.diagrams.gallery import network_of
from mmmtl_bench.zoo.diagrams.shapes import MapShape
from mmmtl_bench.zoo.diagrams.stage_diagrams import (
    describe_adapters,
    describe_branches,
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


def test_each_task_passes_the_frozen_model_with_its_adapter():
    network = network_of('lora')
    found = describe_adapters(network)
    models = [block for block in found.blocks if block.text.startswith('ViT')]
    assert [network.shapes[model.module].trained for model in models] == [False, False]
    assert [block.owner for block in found.blocks if block.text == 'LoRA'] == list(network.tasks)
