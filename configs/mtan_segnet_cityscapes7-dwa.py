# MTAN on CityScapes with 7 classes, with Dynamic Weight Average.
_base_ = ['./mtan_segnet_cityscapes7.py', './_base_/weightings/dwa.py']
model = dict(loss_weighting={{_base_.loss_weighting}})
