# Gradients made as similar as they usually are (GradVac).
loss_weighting = dict(type='GradientWeighting', method='GradVac', wrt='parameters')
