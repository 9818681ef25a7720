"""Whether the arguments of a data set are of the types that they must have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from numbers import Integral
from typing import Any


def check_types(data_prefix: Any, img_suffix: Any, label_suffix: Any) -> None:
    """Checks that folders and suffixes are texts, by key where there are several.

    Args:
        data_prefix: Folders by key.
        img_suffix: End of the images' names, or several.
        label_suffix: Ends of the label files' names by task, or None.

    Raises:
        ValueError: If one is not.
    """
    several = isinstance(img_suffix, Sequence) and not isinstance(img_suffix, str) and img_suffix
    if not all(isinstance(end, str) for end in (img_suffix if several else [img_suffix])):
        raise ValueError(
            f'img_suffix: expected the end of a name, or several of them, found {img_suffix!r}.'
        )
    for parameter, given in (('data_prefix', data_prefix), ('label_suffix', label_suffix or {})):
        if not isinstance(given, Mapping):
            raise ValueError(f'{parameter}: expected a dict of texts, found {given!r}.')
        for key, value in given.items():
            if not isinstance(value, str):
                raise ValueError(f'{parameter}.{key}: expected a text, found {value!r}.')


def check_indices(indices: Any, count: int) -> None:
    """Checks a choice of samples.

    Args:
        indices: A number other than 0, a list of indices, or None for all samples.
        count: How many samples there are.

    Raises:
        ValueError: If it is another kind of thing, empty, or names samples that are not there.
    """
    if indices is None or (isinstance(indices, Integral) and indices != 0):
        return
    if not isinstance(indices, Sequence) or isinstance(indices, str) or not indices:
        raise ValueError(
            f'indices: expected a number of samples or a list of indices, found {indices!r}.'
        )
    wrong = [
        one for one in indices if not (isinstance(one, Integral) and -count <= int(one) < count)
    ]
    if wrong:
        raise ValueError(f'indices: expected numbers from 0 to {count - 1}, found {wrong}.')


def check_task_keys(tasks: Collection[str], **given: Iterable[str]) -> None:
    """Checks that the keys of arguments are names of tasks.

    Args:
        tasks: Names of the tasks.
        **given: Names of tasks by the argument that has them.

    Raises:
        ValueError: If a name is not one of the tasks.
    """
    for parameter, names in given.items():
        unknown = sorted(set(names) - set(tasks))
        if unknown:
            raise ValueError(
                f'{parameter}: expected keys among the tasks {list(tasks)}, found {unknown}.'
            )
