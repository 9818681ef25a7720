"""The learning rate that goes with the batch size of all processes."""

from __future__ import annotations

from mmengine.config import Config


def request_scaled_lr(cfg: Config) -> None:
    """Has mmengine scale a config's learning rate; what ``--auto-scale-lr`` does.

    The rate of the optimizer is multiplied by the batch size of all processes over
    ``base_batch_size``. Rates that a schedule states itself, such as ``OneCycleLR``'s ``eta_max``,
    are not.

    Args:
        cfg: The config, changed in place.

    Raises:
        ValueError: If it does not say which batch size its learning rate is for.
    """
    scaling = cfg.get('auto_scale_lr') or {}
    if 'base_batch_size' not in scaling:
        raise ValueError(
            '--auto-scale-lr: expected auto_scale_lr=dict(base_batch_size=N) in the config, found '
            f'{dict(scaling) or None}.'
        )
    cfg.auto_scale_lr = dict(scaling, enable=True)
