from __future__ import annotations

import datetime

from mmengine.config import Config

DEFAULT_TIMEOUT = 600
"""Seconds that the processes of a run wait for each other, unless the config says otherwise."""


def process_timeout(cfg: Config) -> datetime.timedelta:
    """Tells how long the processes of a run wait for each other before they give up.

    Args:
        cfg: The config; ``env_cfg.dist_cfg.timeout`` in it is a number of seconds. It is filled in,
            as 600, where there is none: torch's own default is 30 minutes with gloo.

    Returns:
        The time.

    Raises:
        ValueError: If it is not a positive number.
    """
    environment = cfg.setdefault('env_cfg', {})
    distribution = environment.setdefault('dist_cfg', dict(backend='nccl'))
    seconds = distribution.setdefault('timeout', DEFAULT_TIMEOUT)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds <= 0:
        raise ValueError(
            f'env_cfg.dist_cfg.timeout: expected a positive number of seconds, found {seconds!r}.'
        )
    return datetime.timedelta(seconds=seconds)
