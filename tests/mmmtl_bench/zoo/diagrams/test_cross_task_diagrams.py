"""Pictures of networks whose tasks exchange features."""

from mmmtl_bench.zoo.diagrams.cross_task_diagrams import (
    describe_distillation,
    describe_streams,
    describe_transformer,
)
from mmmtl_bench.zoo.diagrams.gallery import network_of
from mmmtl_bench.zoo.diagrams.shapes import MapShape
from tests.mmmtl_bench.zoo.diagrams._networks import TASKS, stages_of_two


def test_each_unit_is_read_and_fed_by_all_tasks():
    streams = {f'neck.streams.{task}.{j}': MapShape(64, 4) for task in TASKS for j in range(2)}
    found = describe_streams(stages_of_two(**streams))
    assert [mark.name for mark in found.marks] == ['unit 0', 'unit 1']
    for mark in found.marks:
        assert {link.owner for link in found.links if link.target == mark.name} == set(TASKS)
        assert {link.owner for link in found.links if link.source == mark.name} == set(TASKS)


def test_distillation_stands_between_first_and_last_predictions():
    names = ['neck.shared', *(f'neck.initial.{task}' for task in TASKS)]
    names += [f'neck.distillation.messages.{task}' for task in TASKS]
    found = describe_distillation(stages_of_two(**{name: MapShape(256, 4) for name in names}))
    assert [b.text for b in found.blocks if b.text and 'first' in b.text] == [
        'seg, first',
        'depth, first',
    ]
    assert {link.source for link in found.links if link.target == 'neck.shared'} == {
        'backbone[0]',
        'backbone[1]',
    }


def test_the_full_form_adds_no_encoder_features_in_its_first_block():
    for name, first in (('invpt', 0), ('invpt_full', 1)):
        found = describe_transformer(network_of(name))
        fed = [link.target for link in found.links if link.rail is not None]
        assert fed == [f'stage {index}' for index in range(first, 3)]
