# DeepLabV3 on dilated ResNet-18, for the heads of one task: see split_r50-d8_deeplabv3.py. But for
# its dilations the backbone is that of cross-stitch_r18, nddr_r18 and padnet_r18.
_base_ = ['./split_r50-d8_deeplabv3.py']
model = dict(
    backbone=dict(type='ResNetV1c', depth=18),
    neck=dict(neck=dict(in_channels=512)),
    decode_head=dict(_delete_=True),
)
