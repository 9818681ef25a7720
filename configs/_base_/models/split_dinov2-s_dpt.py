# DINOv2 ViT-S/14, frozen, and a DPT for each task on the class token and the maps of four blocks.
# Mean, deviation and padding of the images are those of the backbone.
decoder = dict(
    type='DPTHead',
    in_channels=[384, 384, 384, 384],
    in_index=[0, 1, 2, 3],
    input_transform='multiple_select',
    embed_dims=384,
    post_process_channels=[48, 96, 192, 384],
    readout_type='project',
    channels=64,
    norm_cfg=dict(type='BN'),
    align_corners=False,
)
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(type='MultiTaskDataPreprocessor'),
    backbone=dict(
        type='HFBackbone',
        model='facebook/dinov2-small',
        out_indices=[2, 5, 8, 11],
        output_cls_token=True,
        frozen=True,
    ),
    decode_head=dict(
        seg=dict(
            num_classes=13,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            **decoder,
        ),
        depth=dict(
            type='DecoderRegressionHead',
            decoder=decoder,
            head=dict(type='BinnedDepthHead', value_range=[0.001, 10.0]),
        ),
        normal=dict(type='DecoderRegressionHead', decoder=decoder, head=dict(type='NormalHead')),
    ),
    loss_weighting=dict(type='EqualWeighting'),
    test_cfg=dict(mode='whole'),
)
