# MT-UNet on NYUv2: 13 classes and depth.
_base_ = [
    './_base_/models/mtunet.py',
    './_base_/datasets/nyuv2-seg-depth.py',
    './_base_/schedules/mtunet_200e-nyuv2.py',
    './_base_/default_runtime.py',
]
model = dict(decode_head=dict(seg=dict(num_classes=13)))
