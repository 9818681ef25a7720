# Hard sharing on Swin-T, in the protocol of InvPT: PASCAL-Context.
_base_ = ['./_base_/models/split_swin-t.py', './_base_/protocols/pascal-context_invpt.py']
model = dict(
    tasks={{_base_.tasks}},
    decode_head=dict(
        _delete_=True, **{name: dict(head, **_base_.head) for name, head in _base_.heads.items()}
    ),
)
