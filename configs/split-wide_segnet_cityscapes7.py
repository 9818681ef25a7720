# The split with a last width of 1024.
_base_ = [
    './_base_/models/split-wide_segnet.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
