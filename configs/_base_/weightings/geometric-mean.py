# The geometric mean of the losses (extra `jd`).
loss_weighting = dict(type='GeometricMeanWeighting')
