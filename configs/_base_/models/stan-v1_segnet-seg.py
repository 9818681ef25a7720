# STAN as in MTAN's first preprint, for segmentation alone.
_base_ = ['./stan_segnet-seg.py']
model = dict(neck=dict(type='MTANv1Neck'))
