# The mean gradient, projected to where it harms no task (DualProj).
loss_weighting = dict(type='GradientWeighting', method='DualProj', wrt='parameters')
