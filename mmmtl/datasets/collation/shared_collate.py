from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmengine.dataset import pseudo_collate
from mmengine.registry import FUNCTIONS
from torch.utils.data import get_worker_info

from mmmtl.datasets.collation.batch_buffers import BatchBuffers

_BUFFERS = BatchBuffers()


@FUNCTIONS.register_module()
def shared_collate(samples: Sequence) -> Any:
    """Joins samples as mmengine's ``pseudo_collate`` does, and sends them for less.

    A worker sends its batches through memory that it uses again as soon as the main process has let
    go of a batch. The batch is the same, tensors may be kept and written to. What is saved is the
    time that both processes take for new memory and connections, for each tensor of each sample.
    Without workers it is ``pseudo_collate``.

    A config asks for it with ``train_dataloader.collate_fn=dict(type='shared_collate')``.

    Args:
        samples: The samples of a batch.

    Returns:
        The batch.
    """
    batch = pseudo_collate(samples)
    return batch if get_worker_info() is None else _BUFFERS.send(batch)
