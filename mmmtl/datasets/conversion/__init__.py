"""Turning data sets as they are distributed into files to train on."""

from mmmtl.datasets.conversion.depth_folder import DepthFolder, read_camera_matrix
from mmmtl.datasets.conversion.intrinsics import Intrinsics
from mmmtl.datasets.conversion.normals_folder import NormalsFolder
from mmmtl.datasets.conversion.normals_from_depth import normals_from_depth
from mmmtl.datasets.conversion.nyuv2_conversion import NYUv2Conversion, convert_nyuv2
from mmmtl.datasets.conversion.nyuv2_file import NYUv2File, NYUv2Sample, nyuv2_camera
from mmmtl.datasets.conversion.nyuv2_splits import read_nyuv2_splits
from mmmtl.datasets.conversion.pascal_comparison import PascalComparison, compare_pascal
from mmmtl.datasets.conversion.pascal_conversion import PascalConversion

__all__ = [
    'DepthFolder',
    'Intrinsics',
    'NYUv2Conversion',
    'NYUv2File',
    'NYUv2Sample',
    'NormalsFolder',
    'PascalComparison',
    'PascalConversion',
    'compare_pascal',
    'convert_nyuv2',
    'normals_from_depth',
    'nyuv2_camera',
    'read_camera_matrix',
    'read_nyuv2_splits',
]
