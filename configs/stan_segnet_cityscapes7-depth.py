# Single task with attention: inverse depth.
_base_ = [
    './_base_/models/stan_segnet-depth.py',
    './_base_/datasets/cityscapes7-depth.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
