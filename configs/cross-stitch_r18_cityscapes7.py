_base_ = [
    './_base_/models/cross-stitch_r18.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
# The paper trains its units faster than the rest: with SGD by a factor of 100 and more.
optim_wrapper = dict(paramwise_cfg=dict(custom_keys={'neck.units': dict(lr_mult=10)}))
