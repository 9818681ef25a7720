# MTI-Net on HRNet-18: an initial prediction of every task at each scale. PASCAL-Context.
_base_ = [
    './_base_/models/mtinet_hr18.py',
    './_base_/datasets/pascal-context.py',
    './_base_/heads/pascal-context.py',
    './_base_/schedules/poly_100e.py',
    './_base_/default_runtime.py',
]
model = dict(
    tasks={{_base_.tasks}},
    decode_head=dict(
        _delete_=True, **{name: dict(head, **_base_.head) for name, head in _base_.heads.items()}
    ),
    auxiliary_head=dict(
        _delete_=True,
        **{
            name: [dict(head, **at_scale) for at_scale in _base_.auxiliary]
            for name, head in _base_.heads.items()
        },
    ),
)
