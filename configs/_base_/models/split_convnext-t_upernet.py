# mmseg's UPerNet on ConvNeXt-T, with a decoder for each task; no mmpretrain is needed.
decoder = dict(
    type='UPerHead',
    in_channels=[96, 192, 384, 768],
    in_index=[0, 1, 2, 3],
    pool_scales=(1, 2, 3, 6),
    channels=512,
    norm_cfg=dict(type='BN'),
    align_corners=False,
)
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(type='MultiTaskDataPreprocessor'),
    backbone=dict(type='HFBackbone', model='facebook/convnext-tiny-224'),
    decode_head=dict(
        seg=dict(
            num_classes=7,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            **decoder,
        ),
        depth=dict(type='DecoderRegressionHead', decoder=decoder, head=dict(type='DepthHead')),
    ),
    loss_weighting=dict(type='EqualWeighting'),
    test_cfg=dict(mode='whole'),
)
