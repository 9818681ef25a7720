"""How a file of labels becomes the map that a task learns from.

A reader is called as ``reader(path, info)``, with the sample's data info, and returns the map of
its task: (H, W) or (H, W, C), or (1, 1, C) of the whole image, invalid pixels as in
:mod:`mmmtl.tasks`. Readers are registered in mmseg's ``TASK_UTILS``, so that a config can give a
data set its own.
"""

from mmmtl.datasets.readers.boundary_reader import BoundaryReader
from mmmtl.datasets.readers.camera import read_camera
from mmmtl.datasets.readers.cityscapes_id_reader import CityscapesIdReader
from mmmtl.datasets.readers.color_reader import ColorReader
from mmmtl.datasets.readers.context_edge_reader import ContextEdgeReader
from mmmtl.datasets.readers.context_normal_reader import ContextNormalReader
from mmmtl.datasets.readers.disparity_reader import DisparityReader
from mmmtl.datasets.readers.grey_mask_reader import GreyMaskReader
from mmmtl.datasets.readers.id_map_reader import IdMapReader
from mmmtl.datasets.readers.image_label_reader import ImageLabelReader
from mmmtl.datasets.readers.inverse_depth_reader import PreprocessedInverseDepthReader
from mmmtl.datasets.readers.mask_reader import MaskReader
from mmmtl.datasets.readers.normal_reader import NormalReader
from mmmtl.datasets.readers.person_parts_reader import PersonPartsReader
from mmmtl.datasets.readers.scalar_reader import ScalarReader
from mmmtl.datasets.readers.vector_reader import VectorReader

__all__ = [
    'BoundaryReader',
    'CityscapesIdReader',
    'ColorReader',
    'ContextEdgeReader',
    'ContextNormalReader',
    'DisparityReader',
    'GreyMaskReader',
    'IdMapReader',
    'ImageLabelReader',
    'MaskReader',
    'NormalReader',
    'PersonPartsReader',
    'PreprocessedInverseDepthReader',
    'ScalarReader',
    'VectorReader',
    'read_camera',
]
