from __future__ import annotations

import math
from typing import Any

import torch
from mmengine.model import BaseTTAModel
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.compat.scope import registry_scope
from mmmtl.tasks import Task


@MODELS.register_module()
class MultiTaskTTAModel(BaseTTAModel):
    r"""Averages the predictions for several views of an image, for every task.

    Probabilities of classes, also of those of the whole image, scalars and directions are averaged;
    directions get unit length again. The views may differ by flips and by the size they are resized
    to.

    *Flips* are undone before: directions of a mirrored image are mirrored back.

    *Labels* are those of a view that is not flipped and in which they have the image's own size, so
    that metrics compare like with like.

    *Sizes.* A view that is resized as a whole shows the same rays, so no label would change, and by
    default the depths of all views are averaged as they are. That suits a network that learned
    depth at one size, from where things stand in the image. One that learned with a zoom
    (:class:`~mmmtl.datasets.transforms.RandomScaleCrop`,
    :class:`~mmmtl.datasets.transforms.MultiTaskRandomResize`) takes things that are :math:`s` times
    as large for :math:`s` times as near: in a view resized by :math:`s` it predicts
    :math:`d / s` for a depth :math:`d`, and :math:`s d` for an inverse depth or disparity.
    ``zoom_scales_depth=True`` undoes that before the average. :math:`s` is the ``scale_factor`` of
    the view's last resize (the geometric mean of its two sides), so in the ``tta_pipeline`` an
    image is first brought to the size at which the network sees it without augmentation, then
    resized by a factor::

        dict(type='ReduceResolution', size=(288, 384)),
        dict(
            type='TestTimeAug',
            transforms=[
                [dict(type='Resize', scale_factor=s) for s in (1.0, 1.2, 1.5)],
                [dict(type='MultiTaskRandomFlip', prob=p) for p in (0.0, 1.0)],
                [dict(type='PackMultiTaskInputs')],
            ],
        ),

    Args:
        module: The segmentor, or its config.
        data_preprocessor: Config of its data preprocessor, if it has none. Defaults to none.
        zoom_scales_depth: Whether depths of resized views are those of a zoomed image. Defaults to
            False.
    """

    @registry_scope()
    def __init__(
        self,
        module: dict | nn.Module,
        data_preprocessor: dict | nn.Module | None = None,
        zoom_scales_depth: bool = False,
    ) -> None:
        super().__init__(module, data_preprocessor)
        self.zoom_scales_depth = zoom_scales_depth

    def merge_preds(self, data_samples_list: list[list[SegDataSample]]) -> list[SegDataSample]:
        """Merges the views of each image.

        Args:
            data_samples_list: For each image the predictions of all its views, at its own size.

        Returns:
            The merged prediction of each image.

        Raises:
            ValueError: If depths of resized views are to be scaled and their unit is not known, or
                if there are labels, but none of an unflipped view at the image's own size.
        """
        return [self._merge(views) for views in data_samples_list]

    def _labelled_view(self, views: list[SegDataSample]) -> SegDataSample:
        """Chooses a view with the labels of the image itself; the first one where it has none."""
        fields = [
            task.gt_field
            for task in self.module.tasks.values()
            if task.is_dense and task.gt_field in views[0]
        ]
        if not fields:
            return views[0]
        shapes = {tuple(getattr(view, field).shape) for view in views for field in fields}
        for view in views:
            shape = tuple(view.metainfo['ori_shape'][:2])
            if not view.metainfo.get('flip', False) and all(
                tuple(getattr(view, field).shape) == shape for field in fields
            ):
                return view
        raise ValueError(
            f'tta_pipeline: expected a view that is not flipped, with labels of the size of the '
            f'image, {shape}, found labels of {", ".join(map(str, sorted(shapes)))}. Load the '
            'labels behind Resize.'
        )

    def _merge(self, views: list[SegDataSample]) -> SegDataSample:
        merged = self._labelled_view(views)
        for name, task in self.module.tasks.items():
            if task.pred_field not in merged:
                continue  # the images' data set does not ask for it
            head = self.module.decode_head[name]
            values = torch.stack([self._values(view, task) for view in views])
            mean = task.from_mean(values.mean(dim=0))
            prediction = task.decode(mean, threshold=getattr(head, 'threshold', None))
            merged.set_data({task.pred_field: PixelData(data=prediction)})
            if task.output_field is not None:
                merged.set_data({task.output_field: PixelData(data=mean)})
        return merged

    def _values(self, view: SegDataSample, task: Task) -> Tensor:
        if task.output_field is not None:
            return task.to_mean(getattr(view, task.output_field).data)
        values = getattr(view, task.pred_field).data
        if not self.zoom_scales_depth or not task.changes_with_zoom:
            return values
        return values * _zoom(view.metainfo) ** -_zoom_exponent(task, view.metainfo)


def _zoom(meta: dict[str, Any]) -> float:
    """How many times larger the view shows things."""
    return math.sqrt(math.prod(meta.get('scale_factor', (1.0, 1.0))))


def _zoom_exponent(task: Task, meta: dict[str, Any]) -> int:
    try:
        return task.completed(meta).zoom_exponent
    except ValueError as error:
        raise ValueError(
            'zoom_scales_depth: expected the depth_unit in the meta information of each view, '
            "found none; the data set states it, and the packing transform's meta_keys pass it on."
        ) from error
