"""Imports mmseg without two messages that concern no user of mmmtl.

onedl-mmsegmentation 1.4.2 prints ``Could not import OneDL`` twice when its data sets are imported
without a package of its authors' (at level DEBUG, but before there is a logger that would know).
mmcv-lite 2.2.0 warns that an operator of the compiled mmcv is not there; a model that needs it says
so when it is built.
"""

from __future__ import annotations

import contextlib
import io
import sys
import warnings

_PRINTED = 'Could not import OneDL'
_WARNED = 'Fail to import ``MultiScaleDeformableAttention``'


def import_mmseg_quietly() -> None:
    """Imports mmseg's components; whatever else they print or warn of is passed on."""
    printed = io.StringIO()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(printed):
            warnings.filterwarnings('ignore', message=_WARNED)
            import mmseg.datasets
            import mmseg.models  # noqa: F401
    finally:
        lines = printed.getvalue().splitlines(keepends=True)
        sys.stdout.writelines(line for line in lines if line.strip() != _PRINTED)
