# Hard sharing on Swin-T, in the protocol of InvPT: NYUD-MT.
_base_ = ['./_base_/models/split_swin-t.py', './_base_/protocols/nyud_invpt.py']
model = dict(
    tasks={{_base_.tasks}},
    decode_head=dict(
        _delete_=True, **{name: dict(head, **_base_.head) for name, head in _base_.heads.items()}
    ),
)
