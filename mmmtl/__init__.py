"""Multi-task dense prediction for MMSegmentation.

A config only needs to import the package: ``custom_imports = dict(imports=['mmmtl'])``. The import
checks the versions of the stack, closes the stack's gaps and registers every component in mmseg's
registries.
"""

from mmmtl.compat.versions import check_versions
from mmmtl.version import __version__

check_versions()

from mmmtl.compat import patch_stack  # noqa: E402  (needs the stack that was just checked)

patch_stack()

from mmmtl import datasets, engine, evaluation, models, visualization  # noqa: E402, F401
from mmmtl.shipped_files import list_configs, list_suites  # noqa: E402

__all__ = ['__version__', 'list_configs', 'list_suites']
