from mmmtl.engine.samplers.pass_order import PassOrder


def test_a_pass_has_each_index_once_and_two_passes_differ():
    order = PassOrder('camvid', 5, 40)
    passes = [order(number, 0, True).tolist() for number in range(3)]
    assert all(sorted(one) == list(range(5, 45)) for one in passes)
    assert len({tuple(one) for one in passes}) == 3
    assert order(0, 0, True).tolist() == passes[0]
    assert order(0, 1, True).tolist() != passes[0]


def test_two_sets_are_not_mixed_alike():
    first, second = (PassOrder(name, 0, 40)(0, 0, True).tolist() for name in ('a', 'b'))
    assert first != second


def test_without_mixing_the_order_stays():
    assert PassOrder('a', 2, 3)(9, 0, False).tolist() == [2, 3, 4]


def test_only_the_last_passes_are_kept():
    order = PassOrder('a', 0, 3)
    for number in range(5):
        order(number, 0, True)
    assert [number for number, _, _ in order._known] == [3, 4]
