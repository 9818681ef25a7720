"""The configs and suites that come with the package, by name: ``mmmtl::NAME``.

An installed package has them in ``mmmtl/.mim``, where OpenMMLab's tools look too; a source tree, or
an editable install of one, has them in the folder of the repository.
"""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path

PREFIX = 'mmmtl::'
"""What a name starts with that means a file of the package, and not one of the working folder."""

_PACKAGE = Path(__file__).parent


def shipped_folder() -> Path:
    """Finds the folder with the package's ``configs``, ``suites``, ``tools`` and model index.

    Returns:
        ``mmmtl/.mim`` of an installed package, else the root of the repository.
    """
    installed = _PACKAGE / '.mim'
    return installed if installed.is_dir() else _PACKAGE.parent


def list_configs(pattern: str = '*') -> list[str]:
    """Lists the configs that come with the package.

    Args:
        pattern: What their names must match; ``*`` and ``?`` stand for any characters or for one.
            Defaults to all of them.

    Returns:
        Names of files, sorted. After ``mmmtl::`` each is a ``_base_``, or a config of a command.

    >>> from mmmtl import list_configs
    >>> list_configs('mtan_segnet_cityscapes?.py')
    ['mtan_segnet_cityscapes2.py', 'mtan_segnet_cityscapes7.py']
    """
    return _names('configs', '.py', pattern)


def list_suites(pattern: str = '*') -> list[str]:
    """Lists the suites of benchmarks that come with the package.

    Args:
        pattern: As of :func:`list_configs`.

    Returns:
        Names of files, sorted. After ``mmmtl::`` each is a suite of ``mmmtl benchmark``.
    """
    return _names('suites', '.yaml', pattern)


def find_config(name: str | Path) -> Path:
    """Finds the file of a config.

    Args:
        name: ``mmmtl::NAME`` for a config of the package, such as
            ``mmmtl::mtan_segnet_cityscapes7.py`` or ``mmmtl::_base_/weightings/dwa.py``; or the
            path of any config.

    Returns:
        The path.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    return _find(name, 'config', list_configs())


def find_suite(name: str | Path) -> Path:
    """Finds the file of a suite.

    Args:
        name: ``mmmtl::NAME`` for a suite of the package, such as ``mmmtl::embedded.yaml``; or the
            path of any suite.

    Returns:
        The path.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    return _find(name, 'suite', list_suites())


def _names(folder: str, suffix: str, pattern: str) -> list[str]:
    names = (path.name for path in (shipped_folder() / folder).glob(f'*{suffix}'))
    return sorted(name for name in names if fnmatch(name, pattern))


def _find(name: str | Path, kind: str, known: list[str]) -> Path:
    text = str(name)
    own = text.startswith(PREFIX)
    wanted = text.removeprefix(PREFIX)
    path = shipped_folder() / f'{kind}s' / wanted if own else Path(text)
    if path.is_file():
        return path
    alike = get_close_matches(wanted, known, n=3) if own else []
    advice = f' Is it {" or ".join(PREFIX + found for found in alike)}?' if alike else ''
    noun = f'{kind} of the package' if own else f'{kind} file'
    raise FileNotFoundError(f'There is no {noun} {text!r}.{advice}')
