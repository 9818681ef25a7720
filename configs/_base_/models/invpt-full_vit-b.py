# InvPT as its authors build it, on ViT-B/16: the neck makes the preliminary predictions, which the
# auxiliary heads supervise. Weights: tools/model_converters/vit2mmseg.py of mmseg turns those of
# ImageNet into the file for model.backbone.init_cfg.checkpoint.
_base_ = ['./task_heads.py']
head = dict(in_channels=576, channels=576, num_convs=0, dropout_ratio=0)
auxiliary = dict(type='SupervisionHead', in_index=1)
model = dict(
    data_preprocessor=dict(size_divisor=32, test_cfg=dict(size_divisor=32)),
    backbone=dict(
        type='VisionTransformer',
        img_size=(512, 512),
        embed_dims=768,
        num_layers=12,
        num_heads=12,
        out_indices=(2, 5, 11),
        patch_bias=True,
        final_norm=True,
        norm_cfg=dict(type='LN', eps=1e-6),
        drop_path_rate=0.15,
    ),
    neck=dict(type='InvPTFullNeck', in_channels=[768, 768, 768], strides=[16, 16, 16]),
    decode_head=dict(seg=head, depth=head),
    auxiliary_head=dict(
        seg=dict(
            head=dict(
                type='FCNHead',
                concat_input=False,
                num_classes=7,
                loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            ),
            **auxiliary,
        ),
        depth=dict(head=dict(type='DepthHead'), **auxiliary),
    ),
)
