"""Gaps of the stack that mmmtl closes, each in one place.

================================= ==================================================================
module                            gap
================================= ==================================================================
:mod:`mmmtl.compat.versions`      packages that are missing or do not fit together fail at import
                                  with errors that do not say so
:mod:`mmmtl.compat.adafactor`     importing mmengine imports transformers where it is installed
:mod:`mmmtl.compat.checkpoint`    torch >= 2.6 refuses mmengine's checkpoints; unrestricted reading
                                  would run what a crafted file contains
:mod:`mmmtl.compat.sums`          torch does not compare a checkpoint with the sums in it
:mod:`mmmtl.compat.storage`       a killed process leaves truncated checkpoints
:mod:`mmmtl.compat.config`        ``_base_ = 'mmseg::...'`` fails with the maintained fork of mmseg
                                  and without ``pkg_resources``; formatting a config takes seconds,
                                  at each checkpoint again
:mod:`mmmtl.compat.own_configs`   ``_base_ = 'mmmtl::...'`` is unknown to mmengine
:mod:`mmmtl.compat.pinning`       ``pin_memory=True`` pins images and no labels
:mod:`mmmtl.compat.late_scalars`  every logged number, and the norm of clipped gradients, comes from
                                  the device by itself in each step
:mod:`mmmtl.compat.pixel_counts`  cross entropy and accuracy read numbers of pixels from the device
:mod:`mmmtl.compat.quiet`         importing mmseg prints messages that concern nobody
:mod:`mmmtl.compat.scope`         names without a prefix are found in a Runner, but not in a script
:mod:`mmmtl.compat.distributed`   several processes need a GPU each
:mod:`mmmtl.compat.amp`           mixed precision needs a GPU
================================= ==================================================================

All but the last three are closed when mmmtl is imported. What builds by name looks names up in
mmseg's scope, whichever the process has. The last two concern how a run is started:
:func:`mmmtl.apis.launch.build_runner` adapts a config to the machine. Two more gaps are closed by
hooks: augmentations that repeat from epoch to epoch and a resume that trains batches twice
(:class:`mmmtl.engine.EpochSeedHook`), and batch norm statistics that differ between processes
(:class:`mmmtl.engine.SyncNormStatsHook`). ``docs/stack.md`` tells what breaks, in which versions,
and what is done about it.
"""

import mmmtl.compat.adafactor  # noqa: F401  (before anything else of mmengine)
from mmmtl.compat.checkpoint import (
    CheckpointError,
    UnsafeCheckpointError,
    patch_checkpoint_loading,
)
from mmmtl.compat.config import patch_config_formatting, patch_config_inheritance
from mmmtl.compat.late_scalars import patch_late_scalars
from mmmtl.compat.own_configs import patch_own_configs
from mmmtl.compat.pinning import patch_pinning
from mmmtl.compat.quiet import import_mmseg_quietly
from mmmtl.compat.storage import patch_storage

__all__ = ['CheckpointError', 'UnsafeCheckpointError', 'patch_stack']


def patch_stack() -> None:
    """Closes the gaps that concern the whole process; calling it again changes nothing."""
    patch_checkpoint_loading()
    patch_storage()
    patch_config_inheritance()
    patch_config_formatting()
    patch_own_configs()
    patch_pinning()
    patch_late_scalars()
    import_mmseg_quietly()
    from mmmtl.compat.pixel_counts import patch_pixel_counts  # imports mmseg

    patch_pixel_counts()
