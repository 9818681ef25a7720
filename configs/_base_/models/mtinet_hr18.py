# MTI-Net on HRNet-18: the auxiliary heads make the initial predictions, one at each scale.
_base_ = ['./task_heads.py']

widths = [18, 36, 72, 144]
head = dict(in_channels=widths, in_index=[0, 1, 2, 3], input_transform='resize_concat')
auxiliary = [
    dict(in_channels=width, in_index=4 + scale, channels=width, num_convs=0)
    for scale, width in enumerate(widths)
]
model = dict(
    backbone=dict(
        type='HRNet',
        extra=dict(
            stage1=dict(
                num_modules=1,
                num_branches=1,
                block='BOTTLENECK',
                num_blocks=(4,),
                num_channels=(64,),
            ),
            stage2=dict(
                num_modules=1,
                num_branches=2,
                block='BASIC',
                num_blocks=(4, 4),
                num_channels=(18, 36),
            ),
            stage3=dict(
                num_modules=4,
                num_branches=3,
                block='BASIC',
                num_blocks=(4, 4, 4),
                num_channels=(18, 36, 72),
            ),
            stage4=dict(
                num_modules=3,
                num_branches=4,
                block='BASIC',
                num_blocks=(4, 4, 4, 4),
                num_channels=(18, 36, 72, 144),
            ),
        ),
    ),
    neck=dict(type='MTINetNeck', in_channels=widths),
    decode_head=dict(seg=head, depth=head),
    auxiliary_head=dict(
        seg=[
            dict(
                type='FCNHead',
                concat_input=False,
                dropout_ratio=0,
                num_classes=7,
                loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
                **at_scale,
            )
            for at_scale in auxiliary
        ],
        depth=[dict(type='DepthHead', **at_scale) for at_scale in auxiliary],
    ),
)
