# The Nash bargaining solution (Nash-MTL).
loss_weighting = dict(type='GradientWeighting', method='Nash-MTL', wrt='parameters')
