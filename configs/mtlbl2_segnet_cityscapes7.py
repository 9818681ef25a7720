# The baseline MTLBL2 of the preprint.
_base_ = [
    './_base_/models/mtlbl2_segnet.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtan-v1_150e.py',
    './_base_/default_runtime.py',
]
