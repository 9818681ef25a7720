# The split with twice the convolutions.
_base_ = [
    './_base_/models/split-deep_segnet.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
