# The shortest convex combination of the gradients (MGDA).
loss_weighting = dict(type='GradientWeighting', method='MGDA', wrt='parameters')
