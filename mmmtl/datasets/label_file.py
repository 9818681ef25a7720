"""One file with the labels of many images, each of the whole image."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from mmengine import fileio

LABEL_FILES = ('.csv', '.json')
"""Ends of the names of such files."""


def read_label_file(
    path: str, column: str, backend_args: dict | None = None
) -> dict[str, str | int]:
    """Reads what a file says of each image.

    - ``.csv``, UTF-8 with a header: the images stand in the first column, the labels in the column
      of the given name; further columns are those of other tasks.
    - ``.json``: ``{image: label}``, or ``{image: {column: label}}`` with several.

    An empty cell, ``null``, or an object without the column is an image without a label.

    Args:
        path: The file.
        column: Name of the column, that of the task.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        The names or ids of classes, by the name of the image as the file has it.

    Raises:
        ValueError: If the file is no such table, has no such column, names an image twice or holds
            what is neither a name nor an id.
    """
    try:
        text = fileio.get_text(path, encoding='utf-8-sig', backend_args=backend_args)
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected labels in UTF-8 ({error}).') from error
    rows = _csv_rows if path.lower().endswith('.csv') else _json_rows
    labels: dict[str, str | int] = {}
    known: set[str] = set()
    for image, label in rows(text, path, column):
        if image in known:
            raise ValueError(f'{path}: expected one label for each image, found {image!r} twice.')
        known.add(image)
        if label is None or label == '':
            continue
        if isinstance(label, bool) or not isinstance(label, (str, int)):
            raise ValueError(
                f'{path}: expected the name or the id of a class for {image!r}, found {label!r}.'
            )
        labels[image] = label
    return labels


def _csv_rows(text: str, path: str, column: str) -> Iterator[tuple[str, str]]:
    reader = csv.reader(io.StringIO(text, newline=''), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if column not in header[1:]:
            raise ValueError(
                f'{path}: expected a first line such as image,{column}, '
                f'found {",".join(header) or "nothing"!r}.'
            )
        place = header.index(column, 1)
        for row in reader:
            if not row:
                continue
            if len(row) != len(header):
                raise ValueError(
                    f'{path}, line {reader.line_num}: expected {len(header)} columns, as in the '
                    f'first line, found {len(row)}.'
                )
            yield row[0].strip(), row[place].strip()
    except csv.Error as error:
        raise ValueError(
            f'{path}, line {reader.line_num}: no comma-separated line: {error}.'
        ) from (error)


def _json_rows(text: str, path: str, column: str) -> Iterator[tuple[str, Any]]:
    try:
        pairs = json.loads(text, object_pairs_hook=tuple)
    except (RecursionError, ValueError) as error:  # too deep, or none
        raise ValueError(f'{path}: no JSON: {error}.') from error
    if not isinstance(pairs, tuple):
        raise ValueError(f'{path}: expected an object {{image: class}}.')
    for image, label in pairs:
        yield image, dict(label).get(column) if isinstance(label, tuple) else label
