"""Which images of a data set have a label of a task, and where it stands."""

from __future__ import annotations

import os.path as osp
from collections.abc import Container, Iterable, Mapping
from typing import Any

from mmengine import fileio

from mmmtl.datasets.label_file import LABEL_FILES, read_label_file
from mmmtl.datasets.sample_files import (
    Suffixes,
    check_files,
    list_files,
    without_suffix,
)
from mmmtl.some_of import some_of
from mmmtl.tasks import Task


def is_source(task: Task, path: str, backend_args: dict | None = None) -> bool:
    """Tells whether labels of a task can stand somewhere.

    Args:
        task: The task.
        path: A folder; of tasks of the whole image also a label file.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        Whether it is there.
    """
    if not task.is_dense and path.lower().endswith(LABEL_FILES):
        return fileio.isfile(path, backend_args=backend_args)
    return fileio.isdir(path, backend_args=backend_args)


def check_sources(
    title: str,
    folder: str,
    sources: Mapping[Task, str],
    hint: str,
    backend_args: dict | None = None,
) -> None:
    """Checks that images and labels can be somewhere.

    Args:
        title: What the error begins with.
        folder: Folder of the images.
        sources: Where the labels of each task are, see :func:`is_source`.
        hint: How to get the data.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Raises:
        FileNotFoundError: If a folder is missing.
    """
    found = {folder: fileio.isdir(folder, backend_args=backend_args)}
    for task, source in sources.items():
        found[source] = is_source(task, source, backend_args)
    missing = [source for source, is_there in found.items() if not is_there]
    if missing:
        raise FileNotFoundError(
            f'{title}: missing folder(s) {", ".join(missing)}.\n{hint}'.rstrip()
        )


def list_labels(
    task: Task, source: str, suffix: Suffixes, backend_args: dict | None = None
) -> dict[str, dict[str, Any]]:
    """Finds the labels of a task.

    Args:
        task: The task.
        source: Folder with a file for each image. Of a task of the whole image: a label file
            (:func:`~mmmtl.datasets.label_file.read_label_file`), or a folder with a folder for each
            class, in which the images lie.
        suffix: End of the files' names, or several, which is not part of the images' names.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        What the sample of an image gets, by its name. It is the path of the file under the task's
        path key, and of the whole image the class under its ``label_key``.

    Raises:
        ValueError: If two files, or entries, have one name, or the label file is broken.
    """
    if not task.is_dense and source.lower().endswith(LABEL_FILES):
        return _entries(task, source, suffix, backend_args)
    files = list_files(source, suffix, backend_args)
    labels: dict[str, dict[str, Any]] = {
        name: {task.path_key: osp.join(source, file)} for name, file in files.items()
    }
    if task.is_dense:
        return labels
    in_folders = {name: name.split('/')[0] for name in labels if '/' in name}
    return {name: {**labels[name], task.label_key: folder} for name, folder in in_folders.items()}


def place_of(task: Task, name: str, label: Mapping[str, Any]) -> str:
    """Says where a label stands, for messages.

    Args:
        task: The task.
        name: Name of the image.
        label: What :func:`list_labels` gives for it.

    Returns:
        The path of the file, with the image's name if it has the labels of many.
    """
    path = label[task.path_key]
    is_entry = not task.is_dense and path.lower().endswith(LABEL_FILES)
    return f'{path}: {name}' if is_entry else path


def check_labels(
    title: str,
    task: Task,
    source: str,
    suffix: Suffixes,
    names: Iterable[str],
    found: Container[str],
) -> None:
    """Checks that each image has a label.

    Args:
        title: What the error begins with.
        task: The task.
        source: See :func:`list_labels`.
        suffix: See :func:`list_labels`.
        names: Names of the images.
        found: Names of the images that have a label.

    Raises:
        FileNotFoundError: If one has none.
    """
    if task.is_dense:
        check_files(title, source, suffix, names, found)
        return
    lacking = [name for name in names if name not in found]
    if lacking:
        is_file = source.lower().endswith(LABEL_FILES)
        where = 'a label there' if is_file else 'a folder of its class that it lies in'
        raise FileNotFoundError(
            f'{title}: {source}: expected {where} for each image, as {task.name!r} is not among '
            f'partly_labelled, found none for {len(lacking)}: {some_of(lacking)}.'
        )


def _entries(
    task: Task, source: str, suffix: Suffixes, backend_args: dict | None
) -> dict[str, dict[str, Any]]:
    labels: dict[str, dict[str, Any]] = {}
    for image, label in read_label_file(source, task.name, backend_args).items():
        stem = without_suffix(image, suffix)
        name = image if stem is None else stem
        if name in labels:
            raise ValueError(f'{source}: expected one label for each image, found {name!r} twice.')
        labels[name] = {task.path_key: source, task.label_key: label}
    return labels
