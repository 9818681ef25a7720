# InvPT on MiT-B0: the auxiliary heads make the preliminary predictions. NYUD-MT.
_base_ = [
    './_base_/models/invpt_mit-b0.py',
    './_base_/datasets/nyud.py',
    './_base_/heads/nyud.py',
    './_base_/schedules/poly_100e.py',
    './_base_/default_runtime.py',
]
look = dict(
    in_channels=[32, 64, 128],
    in_index=[0, 1, 2],
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
            name: dict(head, in_channels=128, in_index=3, channels=128, num_convs=0)
            for name, head in _base_.heads.items()
        },
    ),
)
