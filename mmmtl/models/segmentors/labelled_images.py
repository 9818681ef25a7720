"""Which images of a batch have labels of which task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from mmseg.structures import SegDataSample

from mmmtl.models.data_preprocessor import LABELLED
from mmmtl.tasks import EDGE_MAP, Task


def labelled_images(
    tasks: Mapping[str, Task], data_samples: Sequence[SegDataSample]
) -> dict[str, list[int]]:
    """Finds the images that have labels of each task.

    A label without a single valid pixel is as good as none. Where the data preprocessor has looked
    for one, its word counts, and nothing is read from the device.

    Args:
        tasks: The tasks by name.
        data_samples: The samples of a batch.

    Returns:
        Indices of the labelled samples, by task.

    Raises:
        ValueError: If a sample has labels of a task that is not among the tasks.
    """
    known = {EDGE_MAP, *(task.gt_field for task in tasks.values())}
    for sample in data_samples:
        foreign = [field for field in sample.keys() if field.startswith('gt_')]  # noqa: SIM118
        foreign = [field for field in foreign if field not in known]
        if foreign:
            raise ValueError(
                f'{sample.metainfo.get("img_path", "sample")}: expected labels of {list(tasks)}, '
                f'the tasks that have a head, found the labels {foreign} too; compare the keys of '
                'model.decode_head with the `tasks` of the data set.'
            )
    unknown = {
        (name, index): task.valid_mask(sample.get(task.gt_field).data).any()
        for name, task in tasks.items()
        for index, sample in enumerate(data_samples)
        if task.gt_field in sample and LABELLED not in sample.metainfo_keys()
    }
    found: list[bool] = torch.stack(list(unknown.values())).tolist() if unknown else []
    valid = {place for place, has_label in zip(unknown, found, strict=True) if has_label}
    return {
        name: [
            index
            for index, sample in enumerate(data_samples)
            if (name, index) in valid or name in sample.metainfo.get(LABELLED, ())
        ]
        for name in tasks
    }
