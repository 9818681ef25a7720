# MTAN on CityScapes with 7 classes and inverse depth, as in its first preprint.
_base_ = [
    './_base_/models/mtan-v1_segnet.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtan-v1_150e.py',
    './_base_/default_runtime.py',
]
