from __future__ import annotations

from mmcv.transforms import RandomFlip
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms.maps import label_maps
from mmmtl.geometry import flip_pixels


@TRANSFORMS.register_module()
class MultiTaskRandomFlip(RandomFlip):
    """Flips the image and all labels; the directions of a mirrored scene are mirrored too.

    Arguments and random numbers are those of mmcv's ``RandomFlip``, e.g. ``prob=0.5``;
    ``swap_seg_labels`` only touches maps of classes.

    Required keys:

    - img (np.ndarray)
    - the map keys of the tasks (optional)

    Modified keys:

    - img
    - the map keys of the tasks

    Added keys:

    - flip (bool)
    - flip_direction (str or None)
    """

    def _flip(self, results: dict) -> None:
        direction = results['flip_direction']
        results['img'] = flip_pixels(results['img'], direction)
        for task in label_maps(results):
            label = results[task.map_key]
            if task.holds_ids and self.swap_seg_labels is not None:
                # writes into a view of what it is given
                label = self._flip_seg_map(label.copy(), direction=direction)
            else:
                label = task.flip_map(label, direction)
            results[task.map_key] = label
