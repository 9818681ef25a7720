# Single task on dilated ResNet-50: semantic segmentation alone, 13 classes.
_base_ = [
    './_base_/models/split_r50-d8_deeplabv3.py',
    './_base_/datasets/nyuv2-seg.py',
    './_base_/schedules/libmtl_200e.py',
    './_base_/default_runtime.py',
]
model = dict(
    decode_head=dict(
        _delete_=True,
        seg=dict(
            type='FCNHead',
            in_channels=256,
            channels=256,
            num_convs=1,
            concat_input=False,
            num_classes=13,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            norm_cfg=dict(type='BN'),
            act_cfg=dict(type='ReLU'),
            dropout_ratio=0,
            align_corners=True,
        ),
    ),
)
# LibMTL's batch; ASPP normalises means over images: no batch of one
train_dataloader = dict(batch_size=8, drop_last=True)
