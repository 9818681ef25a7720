# Homoscedastic uncertainty in Kendall's own form: classification and regression differ.
loss_weighting = dict(type='UncertaintyWeighting', form='kendall')
