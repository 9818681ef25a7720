from __future__ import annotations

from collections.abc import Sequence

from mmseg.datasets.transforms import RandomRotate
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms.maps import label_maps
from mmmtl.geometry import rotate_pixels


@TRANSFORMS.register_module()
class MultiTaskRandomRotate(RandomRotate):
    """Turns the image and all labels about a point: the roll of the camera.

    Random numbers are those of mmseg's ``RandomRotate``. What was outside the image is invalid in
    the labels of every task (mmseg's own writes 255 into depths and normals), and directions turn
    with the image.

    Required keys:

    - img (np.ndarray)
    - the map keys of the tasks (optional)

    Modified keys:

    - img, img_shape
    - the map keys of the tasks

    Args:
        prob: Probability of a turn, 0 to 1.
        degree: Range (smallest, largest) of the clockwise angle in degrees, or the largest
            absolute angle.
        pad_val: Value of the image's channels where nothing was seen. Defaults to 0.
        center: Pixel (column, row) to turn about. Defaults to None, the centre.
        auto_bound: Whether the image grows to hold the whole turned one. Defaults to False.
    """

    def __init__(
        self,
        prob: float,
        degree: float | Sequence[float],
        pad_val: float = 0,
        center: tuple[float, float] | None = None,
        auto_bound: bool = False,
    ) -> None:
        super().__init__(prob, degree, pad_val=pad_val, center=center, auto_bound=auto_bound)
        self.pad_val = pad_val

    def transform(self, results: dict) -> dict:
        """Turns a sample.

        Args:
            results: The sample.

        Returns:
            The sample.
        """
        turns, angle = self.generate_degree()
        if not turns:
            return results
        how = dict(center=self.center, auto_bound=self.auto_bound)
        results['img'] = rotate_pixels(results['img'], angle, self.pad_val, smooth=True, **how)
        results['img_shape'] = results['img'].shape[:2]
        for task in label_maps(results):
            results[task.map_key] = task.rotate_map(results[task.map_key], angle, **how)
        return results

    def __repr__(self) -> str:
        return (
            f'{type(self).__name__}(prob={self.prob}, degree={self.degree}, '
            f'pad_val={self.pad_val}, center={self.center}, auto_bound={self.auto_bound})'
        )
