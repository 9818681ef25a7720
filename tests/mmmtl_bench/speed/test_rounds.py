from mmmtl_bench.speed.rounds import ratios, spread, take_turns


def test_calls_take_turns_and_the_first_round_does_not_count():
    called, now = [], [0.0]

    def call(name, seconds):
        called.append(name)
        now[0] += seconds

    seconds = take_turns(
        {'a': lambda: call('a', 1.0), 'b': lambda: call('b', 3.0)}, 2, clock=lambda: now[0]
    )
    assert ''.join(called) == 'abbaab'
    assert seconds == {'a': [1.0, 1.0], 'b': [3.0, 3.0]}


def test_every_call_is_told():
    told = []
    take_turns({'a': lambda: None}, 3, on_call=lambda: told.append(1))
    assert len(told) == 4


def test_programs_are_compared_round_by_round():
    assert ratios([3.0, 8.0, 2.0], [1.0, 4.0, 2.0]) == (1.0, 2.0, 3.0)
    assert str(spread([1.0, 2.0, 30.0])) == '2 (1 to 30)'
