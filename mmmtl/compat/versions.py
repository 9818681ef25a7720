"""Checks that the stack is there and of a version that mmmtl works with.

Nothing here imports torch or an ``mm*`` package: a stack that cannot even be imported is reported
as well. Nothing is installed or replaced either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from packaging.specifiers import SpecifierSet

TESTED_STACK = (
    'torch==2.13.0 mmengine==0.10.7 mmcv-lite==2.2.0 onedl-mmsegmentation==1.4.2 "setuptools<81"'
)


@dataclass(frozen=True)
class Requirement:
    """What mmmtl needs of one package of the stack.

    Args:
        module: Name under which the package is imported.
        distributions: Version range by name of the distribution. Any one of them provides the
            module.
        reason: Why the lower bound is where it is.
    """

    module: str
    distributions: Mapping[str, SpecifierSet]
    reason: str

    def __str__(self) -> str:
        """Gives the distributions and their ranges, in pip's notation."""
        return ' or '.join(f'{name}{spec}' for name, spec in self.distributions.items())


REQUIREMENTS = (
    Requirement(
        module='torch',
        distributions={'torch': SpecifierSet('>=2.6')},
        reason='checkpoints are read with weights_only=True and named safe globals',
    ),
    Requirement(
        module='mmengine',
        distributions={
            'mmengine': SpecifierSet('>=0.10.4,<1'),
            'onedl-mmengine': SpecifierSet('>=0.10.4,<1'),
        },
        reason='the Runner, its hooks and its checkpoint loader',
    ),
    Requirement(
        module='mmcv',
        distributions={
            'mmcv': SpecifierSet('>=2.0.0,<3'),
            'mmcv-lite': SpecifierSet('>=2.0.0,<3'),
            'onedl-mmcv': SpecifierSet('>=2.0.0,<3'),
        },
        reason='transforms and layers of the 2.x interface',
    ),
    Requirement(
        module='mmseg',
        distributions={
            'mmsegmentation': SpecifierSet('>=1.2.2,<2'),
            'onedl-mmsegmentation': SpecifierSet('>=1.4,<2'),
        },
        reason='depth labels and the heads of the 1.x interface',
    ),
)


def installed_version(distribution: str) -> str | None:
    """Looks up which version of a distribution is installed.

    Args:
        distribution: Name of the distribution, as pip knows it.

    Returns:
        Its version, or None if it is not installed.
    """
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def is_importable(module: str) -> bool:
    """Tells whether a top-level module can be found, without importing it."""
    return find_spec(module) is not None


def check_versions(
    lookup: Callable[[str], str | None] = installed_version,
    importable: Callable[[str], bool] = is_importable,
) -> None:
    """Checks the versions of torch, mmengine, mmcv and mmseg.

    Args:
        lookup: Gives the installed version of a distribution, or None.
        importable: Tells whether a module can be found. A module without a distribution, such as a
            source tree on ``PYTHONPATH``, has no version to check and is accepted.

    Raises:
        ImportError: If a package is missing or out of range. The message lists every problem.
    """
    problems = [
        problem
        for requirement in REQUIREMENTS
        for problem in _problems(requirement, lookup, importable)
    ]
    if lookup('mmsegmentation') and lookup('mmcv-lite') and not _has_compiled_mmcv(lookup):
        problems.append(
            'mmsegmentation cannot be imported with mmcv-lite, which has no mmcv.ops: use '
            'onedl-mmsegmentation>=1.4 with it, or a compiled mmcv'
        )
    if problems:
        listing = '\n'.join(f'  - {problem}' for problem in problems)
        raise ImportError(
            f'mmmtl cannot work with the installed packages:\n{listing}\n'
            f'The tested stack is installed with: pip install {TESTED_STACK}\n'
            'mmmtl itself never installs or replaces a package.'
        )


def _problems(
    requirement: Requirement,
    lookup: Callable[[str], str | None],
    importable: Callable[[str], bool],
) -> list[str]:
    installed = {name: lookup(name) for name in requirement.distributions}
    if not any(installed.values()):
        if importable(requirement.module):
            return []
        return [f'{requirement.module} is missing: needs {requirement} ({requirement.reason})']
    return [
        f'{name} {found} is out of range: needs {name}{requirement.distributions[name]} '
        f'({requirement.reason})'
        for name, found in installed.items()
        # A pre-release within the range (0.10.8rc1 in >=0.10.4) counts as within it.
        if found and not requirement.distributions[name].contains(found, prereleases=True)
    ]


def _has_compiled_mmcv(lookup: Callable[[str], str | None]) -> bool:
    return lookup('mmcv') is not None or lookup('onedl-mmcv') is not None
