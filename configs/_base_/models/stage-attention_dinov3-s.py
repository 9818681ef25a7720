# DINOv3 ViT-S/16, frozen but for its last two blocks, a pyramid of its last map, and MTAN's
# attention over the levels.
_base_ = ['./task_heads.py']
model = dict(
    data_preprocessor=dict(_delete_=True, type='MultiTaskDataPreprocessor'),
    backbone=dict(
        type='HFBackbone',
        model='facebook/dinov3-vits16-pretrain-lvd1689m',
        frozen=True,
        trained_blocks=2,
    ),
    neck=dict(
        type='NeckChain',
        necks=[
            dict(type='SimpleFeaturePyramid', in_channels=384),
            dict(type='StageAttentionNeck', in_channels=[256, 256, 256, 256], reduction=4),
        ],
    ),
    decode_head=dict(
        seg=dict(
            in_channels=[256, 256, 256, 256],
            in_index=[0, 1, 2, 3],
            input_transform='resize_concat',
        ),
        depth=dict(
            in_channels=[256, 256, 256, 256],
            in_index=[0, 1, 2, 3],
            input_transform='resize_concat',
        ),
    ),
)
