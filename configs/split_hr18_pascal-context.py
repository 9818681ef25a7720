# Hard sharing on HRNet-18, the heads of MTI-Net on all scales: PASCAL-Context.
_base_ = ['./mtinet_hr18_pascal-context.py']
model = dict(neck=None, auxiliary_head=None)
