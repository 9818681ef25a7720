"""The end of a process that takes a share of inputs beside others."""

from __future__ import annotations

import os
import time
from datetime import timedelta

from torch.distributed import TCPStore  # type: ignore[attr-defined]

_KEY = 'mmmtl/shares_done'
_POLL_SECONDS = 1.0
_SECONDS_TO_CONNECT = 60.0


def end_share(failed: bool, poll_seconds: float = _POLL_SECONDS) -> None:
    """Tells the other processes that torchrun started that this one is done.

    torchrun ends all its processes as soon as one of them returns an exit code other than 0. One
    that will return such a code therefore waits here until all others are done. Nothing happens in
    a process that torchrun did not start.

    Args:
        failed: Whether this process will return an exit code other than 0.
        poll_seconds: How often to look for the others. Defaults to 1.
    """
    if os.environ.get('TORCHELASTIC_USE_AGENT_STORE') != 'True':
        return
    key = f'{_KEY}/{os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")}'
    count = int(os.environ['WORLD_SIZE'])
    try:
        store = TCPStore(
            os.environ['MASTER_ADDR'],
            int(os.environ['MASTER_PORT']),
            timeout=timedelta(seconds=_SECONDS_TO_CONNECT),
        )
        done = store.add(key, 1)
        while failed and done < count:
            time.sleep(poll_seconds)
            done = store.add(key, 0)
    except RuntimeError:  # torchrun itself has ended, on the machine that has its store
        return
