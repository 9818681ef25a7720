from __future__ import annotations

import numpy as np
from mmcv.transforms.base import BaseTransform
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.io import read_image
from mmmtl.tasks import Quantity, Task, get_task


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
    """Reads the label maps of all tasks that the data set names.

    Labels have the original image's size: in a test pipeline this transform may also stand after a
    resize of the image, as mmseg's ``LoadAnnotations`` does. A task whose label the image lacks
    gets a map without a valid pixel.

    Required keys:

    - tasks (tuple[str, ...]): those with a label file
    - unlabelled_tasks (tuple[str, ...], optional): the other tasks of the data set
    - label_readers (dict): reader of each task
    - ori_shape (tuple[int, int])
    - the path key of each task, such as seg_map_path (str)

    Modified keys:

    - seg_fields (list[str]): the map keys are added, so that mmseg's transforms find the maps

    Added keys:

    - the map key of each task: gt_seg_map (uint8, (H, W)), gt_depth_map (float32, (H, W)),
      gt_normal_map (float32, (H, W, 3))
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
                image.
        """
        for name in results['tasks']:
            task = get_task(name)
            path = results[task.path_key]
            label = results['label_readers'][name](path, results)
            if label.shape[:2] != tuple(results['ori_shape']):
                raise ValueError(
                    f'{path}: the {name} label is {_size(label.shape)} (height x width), but its '
                    f'image {results["img_path"]} is {_size(results["ori_shape"])}.'
                )
            _add_map(results, task, label)
        for name in results.get('unlabelled_tasks', ()):
            task = get_task(name)
            _add_map(results, task, _invalid_map(task, results['ori_shape']))
        return results


def _add_map(results: dict, task: Task, label: np.ndarray) -> None:
    results[task.map_key] = label
    fields = results.setdefault('seg_fields', [])
    if task.map_key not in fields:
        fields.append(task.map_key)


def _invalid_map(task: Task, size: tuple[int, int]) -> np.ndarray:
    shape = (*size, task.label_channels) if task.label_channels > 1 else size
    dtype = np.uint8 if task.quantity is Quantity.CLASSES else np.float32
    return np.full(shape, task.invalid, dtype)


def _size(shape: tuple[int, ...]) -> str:
    return f'{shape[0]}x{shape[1]}'
