from __future__ import annotations

import torch
from mmengine.model import BaseTTAModel
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.tasks import Quantity, Task


@MODELS.register_module()
class MultiTaskTTAModel(BaseTTAModel):
    """Averages the predictions for several views of an image, for every task.

    Class probabilities, scalars and directions are averaged; directions get unit length again. The
    views may differ by flips and by the size they are resized to.
    """

    def merge_preds(self, data_samples_list: list[list[SegDataSample]]) -> list[SegDataSample]:
        """Merges the views of each image.

        Args:
            data_samples_list: For each image the predictions of all its views, at its own size.

        Returns:
            The merged prediction of each image.
        """
        return [self._merge(views) for views in data_samples_list]

    def _merge(self, views: list[SegDataSample]) -> SegDataSample:
        merged = views[0]
        for name, task in self.module.tasks.items():
            head = self.module.decode_head[name]
            mean = torch.stack([_values(view, task) for view in views]).mean(dim=0)
            if task.quantity is Quantity.CLASSES:
                # Probabilities decode as logits do: by the largest, or a threshold on the sigmoid.
                mean = mean.log() if mean.shape[0] > 1 else mean.logit()
            prediction = task.decode(mean, threshold=getattr(head, 'threshold', None))
            merged.set_data({task.pred_field: PixelData(data=prediction)})
            if task.output_field is not None:
                merged.set_data({task.output_field: PixelData(data=mean)})
        return merged


def _values(view: SegDataSample, task: Task) -> Tensor:
    if task.quantity is not Quantity.CLASSES or task.output_field is None:
        return getattr(view, task.pred_field).data
    logits = getattr(view, task.output_field).data
    return logits.softmax(dim=0) if logits.shape[0] > 1 else logits.sigmoid()
