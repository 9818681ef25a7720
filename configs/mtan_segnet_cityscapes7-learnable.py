# MTAN on CityScapes with 7 classes, with learned weights (MT-UNet, equation 5).
_base_ = ['./mtan_segnet_cityscapes7.py', './_base_/weightings/learnable.py']
model = dict(loss_weighting={{_base_.loss_weighting}})
