"""The data sets of a config: their arguments first, then their lists of samples."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping, Sized
from pathlib import Path
from typing import Any

from mmseg.registry import DATASETS

from mmmtl.checks.problems import Problems
from mmmtl.datasets.config_sets import inner_sets
from mmmtl.engine.training_labels import dataset_parts


def open_dataset(config: Any, where: str, problems: Problems, coming: Collection[str] = ()) -> Any:
    """Builds a data set, and opens its list of samples.

    Args:
        config: Config of the data set; wrappers (``dataset``, ``datasets``) may be around it.
        where: Place of the config.
        problems: Gets the problems. Of a ``data_root`` that does not exist there is one for all
            data sets below it.
        coming: Folders that are made before the run. Sets in one that is not there yet are built
            and not opened. Defaults to none.

    Returns:
        The data set, which tells of its tasks also where its files are missing; None if it cannot
        be built.
    """
    dataset = _build(config, where, problems)
    if dataset is None or any(_is_coming(part, coming) for part in dataset_parts(dataset)):
        return dataset
    opened = [_opens(part, where, problems) for part in dataset_parts(dataset)]
    if all(opened):
        with problems.catch(where):
            getattr(dataset, 'full_init', lambda: None)()
            if isinstance(dataset, Sized) and len(dataset) == 0:
                raise ValueError('expected samples, found none; indices may leave out all of them.')
    return dataset


def _is_coming(dataset: Any, coming: Collection[str]) -> bool:
    root = getattr(dataset, 'data_root', None)
    return root is not None and root in coming and not Path(root).exists()


def _build(config: Any, where: str, problems: Problems) -> Any:
    """Builds a data set without its list of samples, those inside of a wrapper first."""
    if not isinstance(config, Mapping) or 'type' not in config:
        found = 'none' if isinstance(config, Mapping) else repr(config)
        problems.add(where, f'expected dict(type=...), the config of a data set, found {found}.')
        return None
    kind = config['type']
    built = DATASETS.get(kind) if isinstance(kind, str) else kind
    if built is None:
        return None  # named by the check of types
    inner = [
        _build(one, f'{where}.{place}', problems)
        for place, one in inner_sets(config).items()
        if not isinstance(one, str)  # the name of one, for a type that knows it
    ]
    if any(one is None for one in inner):
        return None
    with problems.catch(where):
        return DATASETS.build(_without_lists(config))
    return None


def _without_lists(config: Any) -> Any:
    """Gives a config of a data set that opens no list of samples, inside of wrappers either."""
    if isinstance(config, (list, tuple)):
        return [_without_lists(one) for one in config]
    if not isinstance(config, Mapping):
        return config
    if 'type' not in config:
        return {name: _without_lists(one) for name, one in config.items()}
    kind = config['type']
    accepted = inspect.signature(DATASETS.get(kind) if isinstance(kind, str) else kind).parameters
    quick = dict(lazy_init=True, serialize_data=False)  # mmengine collects garbage to serialise
    inner = {key: _without_lists(config[key]) for key in ('dataset', 'datasets') if key in config}
    return {**config, **inner, **{key: quick[key] for key in quick if key in accepted}}


def _opens(dataset: Any, where: str, problems: Problems) -> bool:
    try:
        getattr(dataset, 'full_init', lambda: None)()
    except FileNotFoundError as error:
        root = getattr(dataset, 'data_root', None)
        if root and not Path(root).exists():
            title = type(dataset).__name__
            hint = getattr(dataset, 'prepare_hint', '').format(data_root=root)
            problems.add('', f'{title}: there is no data_root {root!r}. {hint}'.strip())
        else:
            problems.add(where, str(error))
        problems.causes.append(error)
        return False
    except Exception as error:  # whatever it is, the run would end with it
        with problems.catch(where):
            raise error
        return False
    return True
