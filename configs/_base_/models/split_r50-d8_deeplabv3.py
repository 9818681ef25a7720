# Hard parameter sharing on ResNet-50: one backbone of stride 8, a DeepLabV3 head for each task.
# A DeepLabV3 head is an ASPP (in the neck), a convolution 3x3 and a convolution 1x1 (in the head).
# Two things differ from LibMTL and Auto-Lambda: they feed images in [0, 1], while here the mean and
# deviation of ImageNet are taken off, which published weights expect; and they divide normals by
# their norm after they were resized to the image, here before and after.
norm_cfg = dict(type='BN')
head = dict(
    in_channels=256,
    channels=256,
    num_convs=1,
    norm_cfg=norm_cfg,
    act_cfg=dict(type='ReLU'),
    dropout_ratio=0,
    align_corners=True,
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
        type='ResNet',
        depth=50,
        strides=(1, 2, 1, 1),
        dilations=(1, 1, 2, 4),
        contract_dilation=True,
        norm_cfg=norm_cfg,
        # Starts from random weights, so that nothing has to be downloaded. The benchmarks start
        # from ImageNet: give the path of torchvision's resnet50 file, for example with
        # --cfg-options model.backbone.init_cfg.type=Pretrained
        # model.backbone.init_cfg.checkpoint=PATH
    ),
    neck=dict(
        type='PerTaskNeck',
        neck=dict(type='ASPPNeck', in_channels=2048, dropout_ratio=0.5, norm_cfg=norm_cfg),
    ),
    decode_head=dict(
        seg=dict(
            type='FCNHead',
            concat_input=False,
            num_classes=7,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            **head,
        ),
        depth=dict(type='DepthHead', **head),
    ),
    loss_weighting=dict(type='EqualWeighting'),
    test_cfg=dict(mode='whole'),
)
