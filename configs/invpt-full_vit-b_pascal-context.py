# InvPT as its authors build and train it, on ViT-B/16: PASCAL-Context.
_base_ = ['./_base_/models/invpt-full_vit-b.py', './_base_/protocols/pascal-context_invpt.py']
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
