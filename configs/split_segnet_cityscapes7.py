# The standard split: one SegNet whose last layers are the tasks' own.
_base_ = [
    './_base_/models/split_segnet.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
