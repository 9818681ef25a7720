"""Options that make prediction faster and hardly change it."""

from __future__ import annotations

import argparse

from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.models.half_precision import DTYPES, check_dtype
from mmmtl.models.segmentors import MultiTaskSegmentor


def add_faster(parser: argparse.ArgumentParser) -> None:
    """Adds ``--fuse-conv-bn``, ``--dtype`` and ``--channels-last``.

    Args:
        parser: The parser.
    """
    parser.add_argument(
        '--fuse-conv-bn',
        action='store_true',
        help='fold batch normalisations into the convolutions before them',
    )
    parser.add_argument(
        '--dtype',
        metavar='|'.join(DTYPES),
        help='precision of the network (default: model.test_cfg.dtype of the config, or float32 '
        'without it)',
    )
    parser.add_argument(
        '--channels-last',
        action='store_true',
        help='keep the channels of a pixel together in memory, which suits most convolutions',
    )


def use_dtype(cfg: Config, dtype: str | None, device: str) -> None:
    """Has a config's network predict in a precision.

    Args:
        cfg: The config, changed in place; ``model`` is the network itself.
        dtype: One of :data:`~mmmtl.models.half_precision.DTYPES`. None for the config's own.
        device: Where the network runs.

    Raises:
        ValueError: If there is no such precision, not on this device, or not in this network.
    """
    model = cfg.get('model')
    test_cfg = (model.get('test_cfg') if isinstance(model, dict) else None) or {}
    if dtype is None:
        if 'dtype' in test_cfg:
            check_dtype(test_cfg['dtype'], device)
        return
    check_dtype(dtype, device)
    kind = model.get('type') if isinstance(model, dict) else None
    found = MODELS.get(kind) if isinstance(kind, str) else kind
    if not (isinstance(found, type) and issubclass(found, MultiTaskSegmentor)):
        raise ValueError(f'dtype: expected a MultiTaskSegmentor as the model, found {kind!r}.')
    cfg.model.test_cfg = {**test_cfg, 'dtype': dtype}
