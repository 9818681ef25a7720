# Conflicting parts of the gradients projected away (PCGrad).
loss_weighting = dict(type='GradientWeighting', method='PCGrad', wrt='parameters')
