from __future__ import annotations

from collections.abc import Callable

import numpy as np
from mmcv.transforms.base import BaseTransform
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.io import read_image
from mmmtl.datasets.transforms.maps import is_sample
from mmmtl.tasks import IGNORED, Task


@TRANSFORMS.register_module()
class LoadMultiTaskImage(BaseTransform):
    """Reads the image, from an image file or a ``.npy`` file.

    Required keys:

    - img_path (str)
    - backend_args (dict or None, optional)

    Added keys:

    - img (np.ndarray): uint8 of shape (H, W, 3), channels blue, green, red
    - img_shape, ori_shape (tuple[int, int]): (H, W)
    """

    def transform(self, results: dict) -> dict:
        """Reads the image of a sample.

        Args:
            results: The sample.

        Returns:
            The sample with its image.

        Raises:
            FileNotFoundError: If the file is missing.
            ValueError: If the file is truncated or no image.
        """
        image = read_image(results['img_path'], results.get('backend_args'))
        results['img'] = image
        results['img_shape'] = results['ori_shape'] = image.shape[:2]
        return results


@TRANSFORMS.register_module()
class LoadMultiTaskAnnotations(BaseTransform):
    """Reads the labels of all tasks that the data set names.

    Labels have the original image's size: in a test pipeline this transform may also stand after a
    resize of the image, as mmseg's ``LoadAnnotations`` does. A task whose label the image lacks
    gets a map without a valid pixel. An image that comes from no data set, as mmseg's
    ``inference_model`` gives it, has no labels: nothing is read.

    Required keys:

    - tasks (dict[str, Task]): the tasks of the data set, with their readers; needed of data sets
    - ori_shape (tuple[int, int])
    - the path key of each task that the image has a label of, such as seg_map_path (str)

    Modified keys:

    - seg_fields (list[str]): the map keys are added, so that mmseg's transforms find the maps

    Added keys:

    - the map key of each task, such as gt_seg_map: uint8 (H, W) for classes, float32 (H, W) for
      masks and scalars, float32 (H, W, C) for directions and vectors, float32 (1, 1, C) for classes
      of the whole image, of which the other transforms do not know
    """

    def transform(self, results: dict) -> dict:
        """Reads the labels of a sample.

        Args:
            results: The sample.

        Returns:
            The sample with its label maps.

        Raises:
            FileNotFoundError: If a file is missing.
            ValueError: If a file is broken, holds an impossible value or has another size than the
                image, a reader gives something other than a map of its task, or a data set names no
                tasks.
        """
        if not is_sample(results):
            return results
        if 'tasks' not in results:
            raise ValueError(
                f'{results["img_path"]}: expected the sample of a data set that names its tasks, '
                'such as MultiTaskDataset; those of others are read by LoadAnnotations.'
            )
        for name, task in results['tasks'].items():
            path = results.get(task.path_key)
            if path is None:
                _add_map(results, task, task.empty_map(results['ori_shape']))
                continue
            label = _read(name, task.reader, path, results)
            if label.shape[:2] != task.map_size(tuple(results['ori_shape'])):
                raise ValueError(
                    f'{path}: the {name} label is {_size(label.shape)} (height x width), but its '
                    f'image {results["img_path"]} is {_size(results["ori_shape"])}.'
                )
            _add_map(results, task, _as_map_of(task, label, path))
        return results


def _read(name: str, reader: Callable, path: str, results: dict) -> np.ndarray:
    try:
        return reader(path, results)
    except ValueError as error:
        raise ValueError(f'{name} label: {error}') from error


def _as_map_of(task: Task, label: np.ndarray, path: str) -> np.ndarray:
    """Gives a label the type of its task's maps."""
    channels = () if task.channels == 1 else (task.channels,)
    if label.shape[2:] != channels:
        expected = ', '.join(('H', 'W', *map(str, channels)))
        raise ValueError(
            f'{path}: expected a map of shape ({expected}) from the reader of {task.name}, '
            f'found shape {label.shape}.'
        )
    values = label.astype(task.label_type, copy=False)
    if task.holds_ids and not np.array_equal(values, label):
        raise ValueError(
            f'{path}: expected class ids from 0 to {IGNORED} from the reader of {task.name}, '
            f'found numbers from {label.min()} to {label.max()}.'
        )
    count = task.head_arguments.get('num_classes', IGNORED) if task.holds_ids else None
    if count is not None and ((values >= count) & (values != IGNORED)).any():
        raise ValueError(
            f'{path}: expected class ids from 0 to {count - 1} and {IGNORED} from the reader of '
            f'{task.name}, which has {count} classes, found {values[values != IGNORED].max()}.'
        )
    return values


def _add_map(results: dict, task: Task, label: np.ndarray) -> None:
    results[task.map_key] = label
    fields = results.setdefault('seg_fields', [])
    if task.is_dense and task.map_key not in fields:
        fields.append(task.map_key)


def _size(shape: tuple[int, ...]) -> str:
    return f'{shape[0]}x{shape[1]}'
