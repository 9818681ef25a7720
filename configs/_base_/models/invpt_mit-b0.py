# InvPT on MiT-B0: the auxiliary heads make the preliminary predictions.
_base_ = ['./task_heads.py']

# of the stages, the finest first
head = dict(in_channels=[32, 64, 128], in_index=[0, 1, 2], input_transform='resize_concat')
auxiliary = dict(in_channels=128, in_index=3, channels=128, num_convs=0)
model = dict(
    backbone=dict(
        type='MixVisionTransformer',
        embed_dims=32,
        num_layers=[2, 2, 2, 2],
        num_heads=[1, 2, 5, 8],
        patch_sizes=[7, 3, 3, 3],
        sr_ratios=[8, 4, 2, 1],
        mlp_ratio=4,
        qkv_bias=True,
        drop_path_rate=0.1,
    ),
    neck=dict(
        type='InvPTNeck',
        in_channels=[32, 64, 160, 256],
        channels=128,
    ),
    decode_head=dict(seg=head, depth=head),
    auxiliary_head=dict(
        seg=dict(
            type='FCNHead',
            concat_input=False,
            dropout_ratio=0,
            num_classes=7,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            **auxiliary,
        ),
        depth=dict(type='DepthHead', **auxiliary),
    ),
)
