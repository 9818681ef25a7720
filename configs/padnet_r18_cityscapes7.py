_base_ = [
    './_base_/models/padnet_r18.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
