import pytest
import torch
from mmengine.device import get_device

from mmmtl.apis.device import check_device


def test_devices_of_this_machine():
    assert check_device('cpu') == 'cpu'
    assert check_device(torch.device('cpu')) == 'cpu'
    assert check_device(None) == get_device()


@pytest.mark.parametrize('device', ['gpu', 'cuda:x', 'cuda:99', 'meta', 'fpga'])
def test_a_device_that_is_not_there_is_named(device):
    with pytest.raises(ValueError, match=rf"^device: expected one of .* found '{device}'") as error:
        check_device(device)
    assert '\n' not in str(error.value)
