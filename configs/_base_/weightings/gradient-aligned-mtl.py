# Gradients made orthogonal and equally long (Aligned-MTL).
loss_weighting = dict(type='GradientWeighting', method='Aligned-MTL', wrt='parameters')
