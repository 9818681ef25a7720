from mmmtl.tasks.nearest import nearest


def test_a_name_that_comes_near_is_proposed():
    assert nearest('clases', ['palette', 'classes']) == "; did you mean 'classes'?"


def test_no_name_comes_near():
    assert nearest('xyz', ['palette', 'classes']) == '.'
    assert nearest(None, []) == '.'
