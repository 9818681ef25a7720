from mmmtl.models.segmentors.multi_task_segmentor import MultiTaskSegmentor
from mmmtl.models.segmentors.multi_task_tta import MultiTaskTTAModel

__all__ = ['MultiTaskSegmentor', 'MultiTaskTTAModel']
