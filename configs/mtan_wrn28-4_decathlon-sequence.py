# MTAN on the Visual Decathlon, the ten data sets one after the other in each epoch, as the MTAN
# authors' program trains it; without this, the batches of all of them are mixed.
_base_ = ['./mtan_wrn28-4_decathlon.py']
train_dataloader = dict(batch_sampler=dict(order='sequence'))
