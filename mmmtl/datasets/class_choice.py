"""Which of a data set's classes are learned, and in which order."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from mmengine import fileio

from mmmtl.datasets.class_set import ClassSet
from mmmtl.datasets.sample_files import read_names
from mmmtl.tasks import SEG, Task


def choose_classes(
    full: ClassSet,
    tasks: Mapping[str, Task],
    metainfo: Mapping[str, Any] | None,
    label_readers: Container[str],
) -> tuple[ClassSet, dict[str, Any]]:
    """Finds the classes that a config names, in ``metainfo`` or in the definition of ``seg``.

    Where ``seg`` has a reader of its own, ids and names are what the config says.

    Args:
        full: All classes of the files.
        tasks: The tasks by name.
        metainfo: Meta information as it was given.
        label_readers: Names of the tasks that have a reader of their own there.

    Returns:
        The classes to learn, and meta information with their names and colours.

    Raises:
        FileNotFoundError: If ``classes`` names a file that does not exist.
        ValueError: If the files have no class of one of the names.
    """
    given = read_classes(metainfo)
    names = tuple(given.get('classes') or classes_of(tasks).get('classes') or full.classes)
    seg = tasks.get(SEG.name)
    if seg is None or seg.reader is not None or SEG.name in label_readers:
        palette = {'palette': full.palette} if names == full.classes else {}
        return full, {'classes': names, **palette, **given}
    chosen = full.select(names)
    return chosen, {'palette': chosen.palette, **given, 'classes': chosen.classes}


def read_classes(metainfo: Mapping[str, Any] | None) -> dict[str, Any]:
    """Reads the classes of meta information that names a file for them, as mmengine does.

    Args:
        metainfo: Meta information as it was given.

    Returns:
        Meta information with a list of names, if it has any.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no text, there is no name, or a key is one of mmseg before 1.0.
    """
    given = dict(metainfo or {})
    for key in ('CLASSES', 'PALETTE'):
        if key in given:
            raise ValueError(f'metainfo.{key}: expected {key.lower()!r} as the key.')
    classes = given.get('classes')
    if isinstance(classes, str):
        if not fileio.isfile(classes):
            raise FileNotFoundError(
                'metainfo.classes: expected names, or a file with one a line, '
                f'found {classes!r}, which does not exist.'
            )
        given['classes'] = read_names(classes)
    if classes is not None and len(given['classes']) == 0:
        raise ValueError(f'metainfo.classes: expected at least one name, found {classes!r}.')
    return given


def check_mapping(metainfo: Mapping[str, Any], **used: Any) -> None:
    """Checks that meta information states no other mapping of ids than the one that is used.

    Args:
        metainfo: Meta information as it was given; that of another data set may state what it used.
        used: ``label_map`` and ``reduce_zero_label`` of the data set.

    Raises:
        ValueError: If it does.
    """
    for key, value in used.items():
        if metainfo.get(key) and metainfo[key] != value:
            raise ValueError(
                f'metainfo.{key}: expected {value}, as follows from the arguments of the data set, '
                f'found {metainfo[key]}; ids are mapped by the names in metainfo.classes, or by a '
                "table, label_readers=dict(seg=dict(type='IdMapReader', table=...))."
            )


def classes_of(tasks: Mapping[str, Task], known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Gives mmseg's meta information as far as tasks state it: that of its own label.

    Args:
        tasks: The tasks by name.
        known: What the data set's class states itself. Defaults to nothing.

    Returns:
        ``classes`` and ``palette`` as far as ``seg`` states them; no class if nobody does.
    """
    described = tasks[SEG.name].describe() if SEG.name in tasks else {}
    stated: dict[str, Any] = {
        key: described[key] for key in ('classes', 'palette') if key in described
    }
    return stated if 'classes' in {**stated, **(known or {})} else {'classes': (), **stated}


def check_classes(tasks: Mapping[str, Task], metainfo: Mapping[str, Any]) -> None:
    """Checks that mmseg's meta information names the classes of the task that has its fields.

    Args:
        tasks: The tasks by name.
        metainfo: The meta information of the data set.

    Raises:
        ValueError: If the task states others.
    """
    stated = classes_of(tasks).get('classes')
    if stated and list(stated) != list(metainfo['classes']):
        raise ValueError(
            f'tasks.{SEG.name}.classes: expected those of the metainfo of the data set, '
            f'{list(metainfo["classes"])}, found {stated}.'
        )
