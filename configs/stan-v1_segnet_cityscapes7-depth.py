# Single task with attention, as in the preprint: inverse depth.
_base_ = [
    './_base_/models/stan-v1_segnet-depth.py',
    './_base_/datasets/cityscapes7-depth.py',
    './_base_/schedules/mtan-v1_150e.py',
    './_base_/default_runtime.py',
]
