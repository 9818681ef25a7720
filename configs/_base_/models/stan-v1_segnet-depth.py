# STAN as in MTAN's first preprint, for depth alone.
_base_ = ['./stan_segnet-depth.py']
model = dict(neck=dict(type='MTANv1Neck'))
