# MTAN on CityScapes with 7 classes, with uncertainty weights.
_base_ = ['./mtan_segnet_cityscapes7.py', './_base_/weightings/uncertainty.py']
model = dict(loss_weighting={{_base_.loss_weighting}})
