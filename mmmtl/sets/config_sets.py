"""Where a config has its data sets: one, or several beside each other by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def inner_sets(dataset: Any) -> dict[str, Any]:
    """Gives the configs of the data sets that stand directly inside of a wrapper.

    Args:
        dataset: Config of a data set; anything but a dict has none inside.

    Returns:
        The configs by their place, ``'dataset'``, ``'datasets.0'`` or ``'datasets.NAME'``.
    """
    if not isinstance(dataset, Mapping):
        return {}
    found = {'dataset': dataset['dataset']} if 'dataset' in dataset else {}
    several = dataset.get('datasets')
    if isinstance(several, Mapping):
        found |= {f'datasets.{name}': one for name, one in several.items()}
    elif isinstance(several, (list, tuple)):
        found |= {f'datasets.{number}': one for number, one in enumerate(several)}
    return found


def loaders_by_name(loader: Any) -> dict[str, Any] | None:
    """Gives the data loaders of a validation or test over several data sets.

    Args:
        loader: ``val_dataloader`` or ``test_dataloader`` of a config.

    Returns:
        Config of each loader by the name of its data set; None where it is a single one, or
        something else.
    """
    if not isinstance(loader, Mapping) or not loader or 'dataset' in loader:
        return None
    several = all(isinstance(one, Mapping) and 'dataset' in one for one in loader.values())
    return dict(loader) if several else None


def loader_places(cfg: Mapping[str, Any], phase: str) -> dict[str, Any]:
    """Gives the configs of a phase's data loaders.

    Args:
        cfg: The config.
        phase: ``'train'``, ``'val'`` or ``'test'``.

    Returns:
        The configs by their place, ``'val_dataloader'`` or ``'val_dataloader.NAME'``; none where
        the config has none.
    """
    where = f'{phase}_dataloader'
    loader = cfg.get(where)
    several = loaders_by_name(loader)
    if several is not None:
        return {f'{where}.{name}': one for name, one in several.items()}
    return {} if loader is None else {where: loader}
