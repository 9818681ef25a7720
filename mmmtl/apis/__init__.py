"""What a script needs to use the package; the tools are thin wrappers around it."""

from mmmtl.apis.inferencer import MultiTaskInferencer
from mmmtl.apis.ply_file import write_ply
from mmmtl.apis.point_cloud import PointCloud, back_project
from mmmtl.apis.prediction import Prediction
from mmmtl.apis.prediction_pictures import PictureStyle
from mmmtl.apis.to_multi_task import to_multi_task
from mmmtl.apis.try_model import Trial, try_model
from mmmtl.apis.video_reader import Webcam
from mmmtl.datasets.depth_camera import DepthCamera

__all__ = [
    'DepthCamera',
    'MultiTaskInferencer',
    'PictureStyle',
    'PointCloud',
    'Prediction',
    'Trial',
    'Webcam',
    'back_project',
    'to_multi_task',
    'try_model',
    'write_ply',
]
