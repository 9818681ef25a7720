import torch

from mmmtl_bench.speed.peak_memory import peak_memory


def test_the_peak_counts_what_lives_at_once():
    def call():
        a = torch.zeros(10_000)
        b = a + 1
        del a
        return b + torch.zeros(5_000).sum()

    assert 4 * 20_000 <= peak_memory(call, 'cpu') < 4 * 20_000 + 1000


def test_what_lived_before_does_not_count():
    held = torch.zeros(50_000)
    assert 4 * 50_000 <= peak_memory(lambda: held * 2, 'cpu') < 4 * 51_000
    assert peak_memory(lambda: None, 'cpu') == 0
