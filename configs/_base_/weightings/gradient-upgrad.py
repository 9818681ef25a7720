# Every gradient projected to where it harms no task (UPGrad).
loss_weighting = dict(type='GradientWeighting', method='UPGrad', wrt='parameters')
