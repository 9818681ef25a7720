# MTAN on NYUv2: 13 classes, depth and surface normals, as in the CVPR paper.
_base_ = [
    './_base_/models/mtan_segnet.py',
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
