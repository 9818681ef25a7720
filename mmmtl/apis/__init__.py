"""What a script needs to use the package; the tools are thin wrappers around it."""

from mmmtl.apis.inferencer import MultiTaskInferencer
from mmmtl.apis.prediction import Prediction
from mmmtl.apis.to_multi_task import to_multi_task
from mmmtl.apis.try_model import Trial, try_model

__all__ = ['MultiTaskInferencer', 'Prediction', 'Trial', 'to_multi_task', 'try_model']
