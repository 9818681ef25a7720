from __future__ import annotations

from mmcv.transforms import RandomResize
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms.maps import zoom_labels


@TRANSFORMS.register_module()
class MultiTaskRandomResize(RandomResize):
    """Resizes the image and all labels by a random factor, a zoom if a crop follows.

    The factor is that of the drawn size over ``scale``, the size at which images are seen without
    this augmentation (in the test pipeline). Depths are divided by it, inverse depths and
    disparities multiplied (see *Zoom* in :mod:`mmmtl.geometry`). Random numbers are those of mmcv's
    ``RandomResize``, which leaves depths as they are.

    Required keys:

    - img (np.ndarray)
    - seg_fields (list[str]): keys of the labels

    Modified keys:

    - img, img_shape: bilinear
    - the map keys of the tasks: nearest pixels, depths in their unit

    Added keys:

    - scale, scale_factor, keep_ratio

    Args:
        scale: (width, height) of factor 1, in pixels.
        ratio_range: Smallest and largest factor.
        keep_ratio: Whether the image keeps its aspect and only fits into the size. Defaults to
            False.
    """

    def __init__(
        self,
        scale: tuple[int, int],
        ratio_range: tuple[float, float],
        keep_ratio: bool = False,
    ) -> None:
        if len(scale) != 2 or not all(isinstance(side, int) and side > 0 for side in scale):
            raise ValueError(f'scale: expected (width, height) in pixels, found {scale!r}.')
        if len(ratio_range) != 2 or not 0 < ratio_range[0] <= ratio_range[1]:
            raise ValueError(
                f'ratio_range: expected 0 < smallest <= largest factor, found {ratio_range!r}.'
            )
        super().__init__(
            tuple(scale), ratio_range, resize_type='mmseg.Resize', keep_ratio=keep_ratio
        )

    def transform(self, results: dict) -> dict:
        """Resizes a sample.

        Args:
            results: The sample.

        Returns:
            The sample.
        """
        results = super().transform(results)
        zoom_labels(results, results['scale'][0] / self.scale[0])
        return results
