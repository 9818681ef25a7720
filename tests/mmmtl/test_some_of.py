from mmmtl.some_of import some_of


def test_the_first_few_are_named():
    assert some_of(['a']) == 'a'
    assert some_of(['a', 'b', 'c'], at_most=2) == 'a, b and 1 more'
    assert some_of(list('abcdefg')) == 'a, b, c, d, e and 2 more'
