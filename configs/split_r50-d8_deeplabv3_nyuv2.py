# The baseline of MTAN on ResNet-50 on NYUv2: the same backbone and heads, without attention.
_base_ = [
    './_base_/models/split_r50-d8_deeplabv3.py',
    './_base_/datasets/nyuv2.py',
    './_base_/schedules/libmtl_200e.py',
    './_base_/default_runtime.py',
]
model = dict(
    decode_head=dict(
        seg=dict(num_classes=13),
        normal=dict(
            type='NormalHead',
            in_channels=256,
            channels=256,
            norm_cfg=dict(type='BN'),
            act_cfg=dict(type='ReLU'),
            align_corners=True,
        ),
    ),
)
# LibMTL's batch; ASPP normalises means over images: no batch of one
train_dataloader = dict(batch_size=8, drop_last=True)
