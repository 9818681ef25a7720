import copy
import pickle

import torch
from torch import nn

from mmmtl.models.loss_weighting.host_copy import HostCopy
from tests.utils.device_waits import counted_waits


def test_it_reads_again_only_after_somebody_else_wrote():
    tensor, host = torch.zeros(3, device='meta'), HostCopy()
    with counted_waits() as waits:
        for _ in range(3):
            host.read(tensor)
        assert sum(waits.take()[0].values()) == 1
        host.write(tensor, torch.tensor([1.0, 2.0, 3.0]))
        assert host.read(tensor).tolist() == [1, 2, 3]
        assert tuple(map(len, waits.take())) == (0, 0)
        tensor.add_(1)
        host.read(tensor)
        assert sum(waits.take()[0].values()) == 1


def test_it_has_the_values_of_the_tensor():
    module, host = nn.BatchNorm1d(2), HostCopy()
    assert host.read(module.running_var).tolist() == [1, 1]
    host.write(module.running_var, torch.tensor([2.0, 3.0]))
    assert module.running_var.tolist() == [2, 3]
    module.load_state_dict({**module.state_dict(), 'running_var': torch.tensor([5.0, 6.0])})
    assert host.read(module.running_var).tolist() == [5, 6]
    module.running_var = torch.tensor([7.0, 8.0])  # another tensor in its place
    assert host.read(module.running_var).tolist() == [7, 8]
    module.running_var[0] = 9
    assert host.read(module.running_var).tolist() == [9, 8]
    module.half()
    assert host.read(module.running_var).dtype == torch.float16


def test_what_was_read_does_not_change_with_the_tensor():
    tensor, host = torch.zeros(2), HostCopy()
    before = host.read(tensor)
    tensor += 1
    assert before.tolist() == [0, 0]
    assert host.read(tensor).tolist() == [1, 1]
    values = torch.tensor([4.0, 5.0])
    host.write(tensor, values)
    values += 1
    assert host.read(tensor).tolist() == tensor.tolist() == [4, 5]


def test_it_can_be_copied_and_saved_with_its_module():
    tensor, host = torch.zeros(2), HostCopy()
    host.read(tensor)
    for other in (copy.deepcopy(host), pickle.loads(pickle.dumps(host))):
        assert other.read(torch.ones(2)).tolist() == [1, 1]
