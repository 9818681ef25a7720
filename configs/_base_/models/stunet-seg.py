# ST-UNet: MT-UNet with the decoder of segmentation alone.
_base_ = ['./mtunet.py']
model = dict(
    neck=dict(cross_talk=False),
    decode_head=dict(_delete_=True, seg={{_base_.model.decode_head.seg}}),
    loss_weighting=dict(type='EqualWeighting'),
)
