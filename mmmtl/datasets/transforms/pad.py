from __future__ import annotations

from mmcv.transforms import Pad
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms.maps import label_maps
from mmmtl.geometry import pad_map


@TRANSFORMS.register_module()
class MultiTaskPad(Pad):
    """Pads the image, and all labels with what is invalid for their task.

    Arguments are those of mmcv's ``Pad``, e.g. ``size=(width, height)`` or ``size_divisor=32``;
    ``pad_val`` and ``padding_mode`` are for the image alone. (mmcv's own pads no map but
    ``gt_seg_map``.) Meant for training: predictions are resized to the size before the padding.

    Required keys:

    - img (np.ndarray)
    - the map keys of the tasks (optional)

    Modified keys:

    - img, img_shape
    - the map keys of the tasks

    Added keys:

    - pad_shape, pad_fixed_size, pad_size_divisor
    """

    def _pad_seg(self, results: dict) -> None:
        for task in label_maps(results):
            results[task.map_key] = pad_map(
                results[task.map_key], results['pad_shape'][:2], task.fill
            )
