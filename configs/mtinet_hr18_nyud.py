# MTI-Net on HRNet-18: an initial prediction of every task at each scale. NYUD-MT.
_base_ = [
    './_base_/models/mtinet_hr18.py',
    './_base_/datasets/nyud.py',
    './_base_/heads/nyud.py',
    './_base_/schedules/poly_100e.py',
    './_base_/default_runtime.py',
]
look = dict(
    in_channels=[18, 36, 72, 144],
    in_index=[0, 1, 2, 3],
    input_transform='resize_concat',
    channels=256,
    num_convs=1,
    norm_cfg=dict(type='BN'),
    act_cfg=dict(type='ReLU'),
)
model = dict(
    tasks={{_base_.tasks}},
    decode_head=dict(
        _delete_=True, **{name: dict(head, **look) for name, head in _base_.heads.items()}
    ),
    auxiliary_head=dict(
        _delete_=True,
        **{
            name: [
                dict(head, in_channels=width, in_index=4 + scale, channels=width, num_convs=0)
                for scale, width in enumerate(_base_.widths)
            ]
            for name, head in _base_.heads.items()
        },
    ),
)
