from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral

from mmcv.transforms.base import BaseTransform
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms.maps import is_sample, label_maps
from mmmtl.geometry import resize_image, resize_map


@TRANSFORMS.register_module()
class ReduceResolution(BaseTransform):
    """Makes a sample as if its files had been stored at another size.

    The papers of this field train *and evaluate* at a reduced size (128x256 for CityScapes). This
    transform gives exactly what the converter ``tools/dataset_converters/cityscapes.py`` writes to
    disk, and does nothing to a sample that already has the size. Unlike mmseg's ``Resize`` it also
    changes ``ori_shape``, to which predictions are resized: metrics are those of the reduced set.
    An image that comes from no data set, as mmseg's ``inference_model`` gives it, keeps
    ``ori_shape``: what is predicted for it has its own size.

    No value changes: depths and disparities stay those of the camera's own pixels.

    Required keys:

    - img (np.ndarray)
    - the map keys of the tasks (optional)

    Modified keys:

    - img, img_shape, ori_shape
    - the map keys of the tasks: nearest pixels

    Args:
        size: The new (height, width).
    """

    def __init__(self, size: tuple[int, int]) -> None:
        are_sides = isinstance(size, Sequence) and all(isinstance(n, Integral) for n in size)
        if not are_sides or len(size) != 2 or min(size) <= 0:
            raise ValueError(f'size: expected (height, width) in pixels, found {size!r}.')
        self.size = (int(size[0]), int(size[1]))

    def transform(self, results: dict) -> dict:
        """Resizes the image and all labels of a sample.

        Args:
            results: The sample.

        Returns:
            The sample at the new size.
        """
        if results['img'].shape[:2] != self.size:
            results['img'] = resize_image(results['img'], self.size)
            for task in label_maps(results):
                results[task.map_key] = resize_map(results[task.map_key], self.size)
        results['img_shape'] = self.size
        if is_sample(results):
            results['ori_shape'] = self.size
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(size={self.size})'
