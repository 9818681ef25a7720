# One SegNet, and a head for each task on its last features (hard parameter sharing).
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor',
        mean=[0, 0, 0],  # RGB in [0, 1], nothing subtracted
        std=[255, 255, 255],
        bgr_to_rgb=True,
    ),
    backbone=dict(type='SegNet'),
    decode_head=dict(
        seg=dict(
            type='FCNHead',
            in_channels=64,
            channels=64,
            num_convs=1,
            concat_input=False,
            dropout_ratio=0,
            num_classes=7,
            norm_cfg=None,
            act_cfg=None,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            init_cfg=dict(type='Xavier', layer='Conv2d', distribution='normal'),
        ),
        depth=dict(type='DepthHead', in_channels=64, channels=64),
    ),
    loss_weighting=dict(type='EqualWeighting'),
    test_cfg=dict(mode='whole'),
)
