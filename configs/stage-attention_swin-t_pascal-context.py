# MTAN's attention over the stages of Swin-T, in the protocol of InvPT: PASCAL-Context.
_base_ = ['./split_swin-t_pascal-context.py']
model = dict(
    neck=dict(type='StageAttentionNeck', in_channels=[96, 192, 384, 768], reduction=4),
)
