# Single task with attention: semantic segmentation into 13 classes.
_base_ = [
    './_base_/models/stan_segnet-seg.py',
    './_base_/datasets/nyuv2-seg.py',
    './_base_/schedules/mtan_200e-nyuv2.py',
    './_base_/default_runtime.py',
]
model = dict(decode_head=dict(seg=dict(num_classes=13)))
