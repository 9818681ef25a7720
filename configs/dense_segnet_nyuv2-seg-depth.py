# Dense on NYUv2 without normals, as MT-UNet's paper compares with it: 13 classes and depth.
_base_ = [
    './_base_/models/dense_segnet.py',
    './_base_/datasets/nyuv2-seg-depth.py',
    './_base_/schedules/mtan_200e-nyuv2.py',
    './_base_/default_runtime.py',
]
model = dict(
    backbone=dict(shared_out_channels=13),
    decode_head=dict(seg=dict(num_classes=13)),
)
