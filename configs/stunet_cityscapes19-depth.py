# Inverse depth knows no classes: this is the same experiment.
_base_ = ['./stunet_cityscapes7-depth.py']
