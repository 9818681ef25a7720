# MT-UNet: a densely connected U-Net encoder, and for each task a decoder with attention that reads
# the others'. The paper's text leaves the input's range and the heads open.
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor',
        mean=[0, 0, 0],  # RGB in [0, 1], nothing subtracted
        std=[255, 255, 255],
        bgr_to_rgb=True,
    ),
    backbone=dict(type='DenseUNetEncoder'),
    neck=dict(type='CrossTalkDecoder'),
    decode_head=dict(  # a convolution 1x1
        seg=dict(
            type='FCNHead',
            in_channels=64,
            channels=64,
            num_convs=0,
            concat_input=False,
            dropout_ratio=0,
            num_classes=7,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            init_cfg=dict(type='Xavier', layer='Conv2d', distribution='normal'),
        ),
        depth=dict(type='DepthHead', in_channels=64, channels=64, num_convs=0),
    ),
    loss_weighting=dict(type='LearnableWeighting'),
    test_cfg=dict(mode='whole'),
)
