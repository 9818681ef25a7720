from datetime import timedelta

import pytest
from mmengine.config import Config

from mmmtl.compat.process_timeout import process_timeout


def test_ten_minutes_unless_the_config_says_otherwise():
    cfg = Config(dict(env_cfg=dict(dist_cfg=dict(backend='nccl'))))
    assert process_timeout(cfg) == timedelta(minutes=10)
    assert cfg.env_cfg.dist_cfg == dict(backend='nccl', timeout=600)
    cfg.env_cfg.dist_cfg.timeout = 90
    assert process_timeout(cfg) == timedelta(seconds=90)


@pytest.mark.parametrize('seconds', [0, -1, '10min', True])
def test_what_is_no_time_is_refused(seconds):
    with pytest.raises(ValueError, match=r'env_cfg.dist_cfg.timeout: expected .*, found'):
        process_timeout(Config(dict(env_cfg=dict(dist_cfg=dict(timeout=seconds)))))
