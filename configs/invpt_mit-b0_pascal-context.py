# InvPT on MiT-B0: the auxiliary heads make the preliminary predictions. PASCAL-Context.
_base_ = [
    './_base_/models/invpt_mit-b0.py',
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
        **{name: dict(head, **_base_.auxiliary) for name, head in _base_.heads.items()},
    ),
)
