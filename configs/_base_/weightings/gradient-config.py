# The same improvement of every task (ConFIG).
loss_weighting = dict(type='GradientWeighting', method='ConFIG', wrt='parameters')
