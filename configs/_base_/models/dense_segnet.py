# Dense: a shared SegNet, and one for each task that reads the shared features at each block.
_base_ = ['./split_segnet.py']
model = dict(backbone=dict(type='DenseSegNet', shared_out_channels=7))
