"""What is known of a finished run beside its curves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from mmmtl.files import write_atomically
from mmmtl_bench.suite.run_spec import RunSpec
from mmmtl_bench.suite.strict_values import read_as, read_json

RECORD_FILE = 'record.json'
"""Name of the file in a run's folder; it is written last, so a run that has one is finished."""

_ADDED = {'tasks', 'num_trained'}
"""Values that older records lack."""


@dataclass(frozen=True)
class RunRecord:
    """What is known of a finished run beside its curves.

    Args:
        spec: What was run.
        num_params: Number of the network's parameters, those of the loss weighting left out.
        flops: Multiply-adds of one image at ``input_size``, see
            :func:`mmmtl_bench.run.complexity.count_flops`; None if they cannot be counted.
        input_size: Height and width of the images that the network sees.
        protocol: What can be compared with the protocol of a published table, by what it is about:
            ``'resolution'``, ``'epochs'``, ``'optimizer'``, ..., see
            :func:`mmmtl_bench.run.protocol.read_protocol`.
        data_hash: Hash of the data by split, see :func:`mmmtl_bench.run.data_hash.hash_data`.
        class_names: Names of the classes, if the run learned any.
        class_iou: IoU of each class on the validation set with the last checkpoint, in percent;
            None for a class that is in neither labels nor predictions.
        class_share: Share of the validation set's labelled pixels of each class, in percent.
        train_seconds: Time that the training's steps took, from the log; None if it does not tell.
        versions: Versions of the packages by name.
        device: What it was evaluated on, such as ``'cpu'``.
        notes: What a reader should know, such as why FLOPs are missing.
        tasks: Definitions of the run's tasks by name (:func:`mmmtl.tasks.task_definitions`); empty
            in records that were written before there were any.
        num_trained: How many of ``num_params`` are trained, the rest being frozen; None in records
            that were written before it was counted.
    """

    spec: RunSpec
    num_params: int
    flops: int | None
    input_size: tuple[int, int]
    protocol: dict[str, str]
    data_hash: dict[str, str]
    class_names: list[str] | None
    class_iou: list[float | None] | None
    class_share: list[float] | None
    train_seconds: float | None
    versions: dict[str, str]
    device: str
    notes: tuple[str, ...] = ()
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    num_trained: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Gives the record as values that JSON knows.

        Returns:
            A dict that :meth:`from_json` takes.
        """
        return {**asdict(self), 'spec': self.spec.to_json()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> RunRecord:
        """Makes a record of what :meth:`to_json` gave.

        Args:
            values: The values.

        Returns:
            The record.

        Raises:
            ValueError: If a value is missing, unknown or of another type.
        """
        names, found = {part.name for part in fields(cls)}, set(values)
        lacking = names - found - _ADDED
        if lacking or found - names:
            raise ValueError(
                f'Expected the record of a run with {sorted(names)}, '
                f'lacking {sorted(lacking)}, too many {sorted(found - names)}.'
            )
        if isinstance(values['spec'], Mapping):
            RunSpec.from_json(values['spec'])  # names values that are lacking or too many
        record = read_as(cls, values)
        if (
            len({len(v) for v in (record.class_names, record.class_iou, record.class_share) if v})
            > 1
        ):
            raise ValueError(
                'expected as many class_iou and class_share as class_names, found others'
            )
        return record


def read_record(folder: str | Path) -> RunRecord | None:
    """Reads the record of a run.

    Args:
        folder: The run's folder.

    Returns:
        The record; None if there is none, because the run is not finished.

    Raises:
        ValueError: If the file is no record.
    """
    path = Path(folder, RECORD_FILE)
    if not path.is_file():
        return None
    try:
        return RunRecord.from_json(read_json(path))
    except ValueError as error:
        raise ValueError(f'{path}: not the record of a run ({error}).') from error


def write_record(record: RunRecord, folder: str | Path) -> Path:
    """Writes the record of a run, all at once.

    Args:
        record: The record.
        folder: The run's folder.

    Returns:
        Path of the file.
    """
    path = Path(folder, RECORD_FILE)
    content = json.dumps(record.to_json(), indent=2, ensure_ascii=False, allow_nan=False)
    write_atomically(path, content + '\n')
    return path
