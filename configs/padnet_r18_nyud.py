# PAD-Net on ResNet-18: the auxiliary heads make the initial predictions. NYUD-MT.
_base_ = [
    './_base_/models/padnet_r18.py',
    './_base_/datasets/nyud.py',
    './_base_/heads/nyud.py',
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
        **{name: dict(head, **_base_.auxiliary) for name, head in _base_.heads.items()},
    ),
)
