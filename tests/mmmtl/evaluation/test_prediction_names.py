import pytest

from mmmtl.evaluation.prediction_names import PredictionNames, check_names


def test_a_file_is_named_after_its_image():
    names = PredictionNames()
    for _ in range(2):  # an image may come twice, as the last of a distributed sampler
        assert str(names.path('/a/x.y.png', 'out', '.npy')) == 'out/x.y.npy'
    assert str(names.path('https://host/b.jpg', 'out', '.npy')) == 'out/b.npy'


@pytest.mark.parametrize('other', ['b/x.png', 'a/x.jpg', 'b/X.png'])
def test_two_images_of_one_name_are_refused(other):
    with pytest.raises(ValueError, match=f'^{other} and a/x.png would both be written'):
        check_names(['a/x.png', 'a/y.png', other], 'out')


def test_another_pass_begins_anew():
    names = PredictionNames()
    names.path('a/x.png', 'out', '.npy')
    names.forget()
    names.path('b/x.png', 'out', '.npy')
