# SegFormer-B0: a shared encoder, MTAN's attention over its stages, and a decoder for each task.
norm_cfg = dict(type='BN')
channels = [32, 64, 160, 256]
decoder = dict(
    type='SegformerHead',
    in_channels=channels,
    in_index=[0, 1, 2, 3],
    channels=256,
    norm_cfg=norm_cfg,
    align_corners=False,
)
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
    ),
    backbone=dict(
        type='MixVisionTransformer',
        embed_dims=32,
        num_layers=[2, 2, 2, 2],
        num_heads=[1, 2, 5, 8],
        patch_sizes=[7, 3, 3, 3],
        sr_ratios=[8, 4, 2, 1],
        drop_path_rate=0.1,
        # Starts from random weights, so that nothing has to be downloaded. For weights of ImageNet
        # give the path of mmseg's mit_b0 file:
        # init_cfg=dict(type='Pretrained', checkpoint=PATH)
    ),
    neck=dict(
        type='StageAttentionNeck',
        in_channels=channels,
        norm_cfg=norm_cfg,
    ),
    decode_head=dict(
        seg=dict(
            num_classes=7,
            dropout_ratio=0.1,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            **decoder,
        ),
        depth=dict(
            type='DecoderRegressionHead',
            decoder=decoder,
            head=dict(type='DepthHead', dropout_ratio=0.1),
        ),
    ),
    loss_weighting=dict(type='EqualWeighting'),
    test_cfg=dict(mode='whole'),
)
