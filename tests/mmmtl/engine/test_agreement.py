import torch.distributed as dist
from mmengine.config import Config

from mmmtl.engine.agreement import Agreement
from tests.utils.processes import on_two_processes


def test_one_process_agrees_with_itself():
    agreement = Agreement(Config({}))
    assert agreement.largest(3) == 3
    agreement.wait_for_all()


def agree(rank):
    cfg = Config(dict(env_cfg=dict(dist_cfg=dict(timeout=60))))
    agreement = Agreement(cfg)
    assert agreement.largest(5 - rank) == 5
    assert -agreement.largest(-rank) == 0
    agreement.wait_for_all()
    assert dist.get_world_size() == 2


def test_processes_take_the_largest(tmp_path):
    on_two_processes(agree, tmp_path)
