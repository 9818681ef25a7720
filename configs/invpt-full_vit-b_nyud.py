# InvPT as its authors build and train it, on ViT-B/16: NYUD-MT.
_base_ = ['./_base_/models/invpt-full_vit-b.py', './_base_/protocols/nyud_invpt.py']
model = dict(
    tasks={{_base_.tasks}},
    backbone=dict(img_size={{_base_.crop_size}}),
    decode_head=dict(
        _delete_=True, **{name: dict(head, **_base_.head) for name, head in _base_.heads.items()}
    ),
    auxiliary_head=dict(
        _delete_=True,
        **{name: dict(_base_.auxiliary, head=head) for name, head in _base_.heads.items()},
    ),
)
