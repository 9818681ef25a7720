# Homoscedastic uncertainty (Kendall, Gal, Cipolla 2018), the form of the MTAN paper.
loss_weighting = dict(type='UncertaintyWeighting', form='symmetric')
