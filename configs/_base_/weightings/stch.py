# A smooth maximum of the losses (extra `jd`).
loss_weighting = dict(type='STCHWeighting', mu=1.0)
