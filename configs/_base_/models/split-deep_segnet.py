# The split with every convolution doubled.
_base_ = ['./split_segnet.py']
model = dict(backbone=dict(num_convs=(4, 4, 6, 6, 6)))
