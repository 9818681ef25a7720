# The split with a wider bottleneck, of about the parameters of MTAN.
_base_ = ['./split_segnet.py']
model = dict(backbone=dict(widths=(64, 128, 256, 512, 1024)))
