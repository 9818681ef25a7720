# InvPT as its authors build and train it, on Swin-T: NYUD-MT.
_base_ = ['./_base_/models/invpt-full_swin-t.py', './_base_/protocols/nyud_invpt.py']
model = dict(
    tasks={{_base_.tasks}},
    decode_head=dict(
        _delete_=True, **{name: dict(head, **_base_.head) for name, head in _base_.heads.items()}
    ),
    auxiliary_head=dict(
        _delete_=True,
        **{name: dict(_base_.auxiliary, head=head) for name, head in _base_.heads.items()},
    ),
)
