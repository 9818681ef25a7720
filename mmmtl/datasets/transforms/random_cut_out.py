from __future__ import annotations

from collections.abc import Sequence

from mmseg.datasets.transforms import RandomCutOut
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms.maps import label_maps


@TRANSFORMS.register_module()
class MultiTaskRandomCutOut(RandomCutOut):
    """Covers rectangles of the image; there the labels of all tasks are invalid.

    `Improved Regularization of Convolutional Neural Networks with Cutout
    <https://arxiv.org/abs/1708.04552>`_. Random numbers are those of mmseg's ``RandomCutOut``,
    which fills all labels with one number.

    Required keys:

    - img (np.ndarray)
    - the map keys of the tasks (optional)

    Modified keys:

    - img
    - the map keys of the tasks

    Args:
        prob: Probability of covering anything, 0 to 1.
        n_holes: Number of rectangles, or its range (smallest, largest).
        cutout_shape: (width, height) of a rectangle in pixels, or a list of such to draw from.
        cutout_ratio: The same relative to the image; either this or ``cutout_shape``.
        fill_in: Value of the covered pixels of the image. Defaults to ``(0, 0, 0)``.
        cut_labels: Whether the labels of covered pixels become invalid; otherwise they are still
            to be predicted. Defaults to True.
    """

    def __init__(
        self,
        prob: float,
        n_holes: int | tuple[int, int],
        cutout_shape: tuple[int, int] | list[tuple[int, int]] | None = None,
        cutout_ratio: tuple[float, float] | list[tuple[float, float]] | None = None,
        fill_in: Sequence[float] = (0, 0, 0),
        cut_labels: bool = True,
    ) -> None:
        super().__init__(
            prob, n_holes, cutout_shape=cutout_shape, cutout_ratio=cutout_ratio, fill_in=fill_in
        )
        self.cut_labels = cut_labels

    def transform(self, results: dict) -> dict:
        """Covers parts of a sample.

        Args:
            results: The sample.

        Returns:
            The sample.
        """
        _, _, lefts, tops, indices = self.generate_patches(results)
        if not indices:
            return results
        filled = {'img': self.fill_in}
        if self.cut_labels:
            filled |= {task.map_key: task.fill for task in label_maps(results)}
        results |= {key: results[key].copy() for key in filled}
        height, width = results['img'].shape[:2]
        for left, top, index in zip(lefts, tops, indices, strict=True):
            across, down = self.candidates[index]
            if self.with_ratio:
                across, down = int(across * width), int(down * height)
            for key, value in filled.items():
                results[key][top : top + down, left : left + across] = value
        return results

    def __repr__(self) -> str:
        sizes = 'cutout_ratio' if self.with_ratio else 'cutout_shape'
        return (
            f'{type(self).__name__}(prob={self.prob}, n_holes={self.n_holes}, '
            f'{sizes}={self.candidates}, fill_in={self.fill_in}, cut_labels={self.cut_labels})'
        )
