# MTAN's attention over the stages of Swin-T, in the protocol of InvPT: NYUD-MT.
_base_ = ['./split_swin-t_nyud.py']
model = dict(
    neck=dict(type='StageAttentionNeck', in_channels=[96, 192, 384, 768], reduction=4),
)
