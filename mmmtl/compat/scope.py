"""The scope in which names without a prefix are looked up.

mmengine's registries look a ``type`` up in the package that the process's *default scope* names.
A Runner sets it from the config; a script, a notebook or another OpenMMLab package has none or
another one. What is built without a Runner then ends with "MultiTaskRandomFlip is not in the
mmengine::transform registry". What this package builds by name is therefore built in a scope that
it sets itself and takes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmseg.registry import MODELS


@contextmanager
def registry_scope(name: str = MODELS.scope) -> Iterator[None]:
    """Looks names without a prefix up in one package, and then as before; also a decorator.

    Nothing changes where mmseg's names are found anyway: in mmseg's scope, and in that of a package
    whose registries are children of mmseg's.

    Like the default scope itself it concerns the whole process, so it is meant for building things
    and not for using them.

    Args:
        name: Name of the package. Defaults to ``'mmseg'``, in whose registries the components of
            this package are.

    Yields:
        Nothing.
    """
    fitting = {name, *MODELS.children} if name == MODELS.scope else {name}
    current = DefaultScope.get_current_instance()
    needed = None if current is not None and current.scope_name in fitting else name
    with DefaultScope.overwrite_default_scope(needed):  # of None changes nothing
        yield


def config_scope(cfg: Config) -> str:
    """Gives the scope in which the names of a config are looked up.

    Args:
        cfg: The config.

    Returns:
        Its ``default_scope``; ``'mmseg'`` if it states none.
    """
    return cfg.get('default_scope') or MODELS.scope
