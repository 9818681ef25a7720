# Input and heads of the networks on mmseg's backbones, which start from random weights. With a
# backbone trained on ImageNet: --cfg-options model.backbone.init_cfg.type=Pretrained \
#     model.backbone.init_cfg.checkpoint=FILE
head = dict(
    in_channels=256,
    in_index=0,
    channels=256,
    num_convs=1,
    norm_cfg=dict(type='BN'),
    act_cfg=dict(type='ReLU'),
)
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor',
        mean=[123.675, 116.28, 103.53],  # of ImageNet
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
    ),
    decode_head=dict(
        seg=dict(
            type='FCNHead',
            concat_input=False,
            dropout_ratio=0.1,
            num_classes=7,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            **head,
        ),
        depth=dict(type='DepthHead', **head),
    ),
    loss_weighting=dict(type='EqualWeighting'),
    test_cfg=dict(mode='whole'),
)
