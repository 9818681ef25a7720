# The one gradient that is nearest to the others (Krum); from three tasks on.
loss_weighting = dict(type='GradientWeighting', method='Krum', wrt='parameters')
