_base_ = [
    './_base_/models/invpt_mit-b0.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
