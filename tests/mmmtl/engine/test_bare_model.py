from mmengine.model import MMDistributedDataParallel
from torch import nn

from mmmtl.engine.bare_model import bare_model


def test_a_model_is_taken_out_of_what_distributes_it():
    inner = nn.Linear(2, 3)
    wrapped = MMDistributedDataParallel.__new__(MMDistributedDataParallel)
    nn.Module.__init__(wrapped)
    wrapped.module = inner
    assert bare_model(wrapped) is inner
    assert bare_model(inner) is inner


def test_a_part_called_module_is_no_wrapper():
    model = nn.Module()
    model.module = nn.Linear(2, 3)
    assert bare_model(model) is model
