# Dense on NYUv2: a shared SegNet, and one for each task.
_base_ = [
    './_base_/models/dense_segnet.py',
    './_base_/datasets/nyuv2.py',
    './_base_/schedules/mtan_200e-nyuv2.py',
    './_base_/default_runtime.py',
]
model = dict(
    backbone=dict(shared_out_channels=13),
    decode_head=dict(
        seg=dict(num_classes=13),
        normal=dict(type='NormalHead', in_channels=64, channels=64),
    ),
)
