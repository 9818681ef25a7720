# Cross-Stitch on NYUv2: one SegNet for each task.
_base_ = [
    './_base_/models/cross-stitch_segnet.py',
    './_base_/datasets/nyuv2.py',
    './_base_/schedules/mtan_200e-nyuv2.py',
    './_base_/default_runtime.py',
]
model = dict(
    decode_head=dict(
        seg=dict(num_classes=13),
        normal=dict(type='NormalHead', in_channels=64, channels=64),
    ),
)
