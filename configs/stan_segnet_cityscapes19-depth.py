# Inverse depth knows no classes: this is the same experiment.
_base_ = ['./stan_segnet_cityscapes7-depth.py']
