# DINOv2 ViT-S/14, frozen, and a linear probe for each task: batch norm and a convolution 1x1.
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(type='MultiTaskDataPreprocessor'),
    backbone=dict(type='HFBackbone', model='facebook/dinov2-small', frozen=True),
    decode_head=dict(
        seg=dict(type='LinearHead', in_channels=384, num_classes=19),
        depth=dict(
            type='DecoderRegressionHead',
            decoder=dict(type='LinearHead', in_channels=384),
            head=dict(type='DepthHead'),
        ),
    ),
    loss_weighting=dict(type='EqualWeighting'),
    test_cfg=dict(mode='whole'),
)
