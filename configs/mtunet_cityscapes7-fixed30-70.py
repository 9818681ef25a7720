# Ablation: fixed weights instead of the learned ones.
_base_ = ['./mtunet_cityscapes7.py']
model = dict(
    loss_weighting=dict(_delete_=True, type='FixedWeighting', weights=dict(seg=0.3, depth=0.7))
)
