# ST-UNet: MT-UNet with the decoder of depth alone.
_base_ = ['./mtunet.py']
model = dict(
    neck=dict(cross_talk=False),
    decode_head=dict(_delete_=True, depth={{_base_.model.decode_head.depth}}),
    loss_weighting=dict(type='EqualWeighting'),
)
