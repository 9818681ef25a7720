import pytest

from mmmtl.apis.launch import load_config
from mmmtl_bench.speed.scaling import Point, cost_of, with_tasks
from tests.utils.paths import CONFIGS

WIDTHS = [4, 4, 4, 4, 4]


@pytest.fixture
def cfg():
    cfg = load_config(CONFIGS / 'mtan_segnet_cityscapes7.py')
    small = {f'{part}.widths': WIDTHS for part in ('backbone', 'neck')}
    small |= {f'decode_head.depth.{key}': 4 for key in ('in_channels', 'channels')}
    cfg.merge_from_dict({f'model.{key}': value for key, value in small.items()})
    return cfg


def test_tasks_are_copies_of_the_last(cfg):
    new = with_tasks(cfg, 3)
    assert [*new.model.decode_head] == [*new.model.tasks] == ['task1', 'task2', 'task3']
    assert {head['type'] for head in new.model.decode_head.values()} == {'DepthHead'}
    assert {task['type'] for task in new.model.tasks.values()} == {'ScalarTask'}
    assert [*cfg.model.decode_head] == ['seg', 'depth']


def test_the_last_task_may_be_of_any_kind():
    new = with_tasks(load_config(CONFIGS / 'mtan_segnet_nyuv2.py'), 2)
    assert {task['type'] for task in new.model.tasks.values()} == {'DirectionTask'}
    own = load_config(CONFIGS / 'mtan_segnet_cityscapes7.py')
    own.model.decode_head.edge = dict(type='BinaryHead', in_channels=64, channels=64)
    own.model.tasks = dict(seg=dict(type='ClassTask'), edge=dict(type='BinaryTask'))
    own.model.decode_head.pop('depth')
    assert {task['type'] for task in with_tasks(own, 2).model.tasks.values()} == {'BinaryTask'}


def test_operations_and_memory_grow_with_pixels_and_batch_and_by_the_task(cfg):
    def costs(*point):
        return cost_of(cfg, Point(*point), rounds=1, memory=0.0)

    start = costs(1, (32, 64), 1)
    assert start.seconds is None
    assert costs(1, (32, 64), 3) == (3 * start.flops, 3 * start.saved_bytes, None)
    large = costs(1, (64, 128), 1)
    assert large.flops == 4 * start.flops
    assert large.saved_bytes == pytest.approx(4 * start.saved_bytes, rel=0.02)
    two, three = costs(2, (32, 64), 1), costs(3, (32, 64), 1)
    assert two.flops - start.flops == three.flops - two.flops > 0


def test_a_step_is_timed_where_it_fits(cfg):
    cost = cost_of(cfg, Point(2, (32, 64), 1), rounds=1, memory=1e9)
    assert cost.seconds > 0
