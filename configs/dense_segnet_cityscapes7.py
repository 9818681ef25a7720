# The baseline Dense of the CVPR paper.
_base_ = [
    './_base_/models/dense_segnet.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
