import torch

from mmmtl_bench.speed.machine import cpu_name, describe_machine


def test_the_cpu():
    machine = describe_machine('cpu')
    assert machine['threads'] == torch.get_num_threads()
    assert machine['torch'] == torch.__version__
    assert machine['device'] == cpu_name() != ''
