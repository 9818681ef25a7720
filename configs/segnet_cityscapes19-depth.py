# Inverse depth knows no classes: this is the same experiment.
_base_ = ['./segnet_cityscapes7-depth.py']
