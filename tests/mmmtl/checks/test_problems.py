from mmmtl.checks.problems import Problems


def test_a_text_of_several_places_is_one_line():
    problems = Problems()
    for where in ('val_cfg', 'test_cfg', 'val_cfg'):
        problems.add(where, 'expected a dict,\n found 3.')
    assert problems.lines() == ['val_cfg (also test_cfg): expected a dict, found 3.']


def test_errors_become_lines():
    problems, more = Problems(), Problems()
    with problems.catch('model', '.'):
        raise ValueError('backbone: wrong.')
    with problems.catch('model', '.'):
        raise ValueError('Unknown task.')
    with more.catch('hook'):
        raise AttributeError('no such thing')
    problems.take(more)
    assert problems.lines() == [
        'model.backbone: wrong.',
        'model: Unknown task.',
        'hook: AttributeError: no such thing',
    ]
    assert [type(cause).__name__ for cause in problems.causes] == [
        'ValueError',
        'ValueError',
        'AttributeError',
    ]
