from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from mmcv.transforms.base import BaseTransform
from mmengine.structures import PixelData
from mmseg.registry import TRANSFORMS
from mmseg.structures import SegDataSample

from mmmtl.datasets.transforms.maps import labels
from mmmtl.tasks import EDGE_MAP


@TRANSFORMS.register_module()
class PackMultiTaskInputs(BaseTransform):
    """Packs a sample for the model.

    Required keys:

    - img (np.ndarray)
    - the map keys of the tasks (optional)
    - gt_edge_map (np.ndarray, optional): from mmseg's ``GenerateEdge``

    Added keys:

    - inputs (torch.Tensor): the image, uint8 of shape (3, H, W)
    - data_samples (SegDataSample): with the label field of each task that has a map, such as
      ``gt_sem_seg``: uint8 (1, H, W) for classes, which the data preprocessor makes int64 on the
      device, float32 (C, H, W) for the others, (C, 1, 1) for classes of the whole image; and
      ``gt_edge_map`` (int64, (1, H, W)). The paths of the labels are meta information, and so are
      the names of the tasks of the data set, ``tasks``.

    Args:
        meta_keys: Keys that go into the data sample's meta information, where they exist.
    """

    def __init__(
        self,
        meta_keys: Sequence[str] = (
            'img_path',
            'img_id',
            'ori_shape',
            'img_shape',
            'pad_shape',
            'scale_factor',
            'flip',
            'flip_direction',
            'depth_unit',
            'img_norm_cfg',
        ),
    ) -> None:
        self.meta_keys = tuple(meta_keys)

    def transform(self, results: dict) -> dict:
        """Packs one sample.

        Args:
            results: The sample.

        Returns:
            A dict with ``inputs`` and ``data_samples``.
        """
        sample = SegDataSample()
        for task in labels(results):
            label = results[task.map_key]
            label = label.transpose(2, 0, 1) if label.ndim == 3 else label[None]
            data = torch.from_numpy(np.ascontiguousarray(label, dtype=task.label_type))
            sample.set_data({task.gt_field: PixelData(data=data)})
            if task.path_key in results:
                sample.set_metainfo({task.path_key: results[task.path_key]})
        if EDGE_MAP in results:
            edges = torch.from_numpy(results[EDGE_MAP][None].astype(np.int64))
            sample.set_data({EDGE_MAP: PixelData(data=edges)})
        sample.set_metainfo({key: results[key] for key in self.meta_keys if key in results})
        if 'tasks' in results:
            sample.set_metainfo(dict(tasks=tuple(results['tasks'])))
        image = np.ascontiguousarray(results['img'].transpose(2, 0, 1))
        return dict(inputs=torch.from_numpy(image), data_samples=sample)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(meta_keys={self.meta_keys})'
