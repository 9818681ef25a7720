import pytest

from mmmtl.datasets.conversion import compare_pascal, pascal_comparison
from mmmtl.datasets.conversion.pascal_conversion import convert_image
from tests.utils.field_folders import write_pascal


@pytest.fixture
def root(tmp_path):
    write_pascal(tmp_path)
    return tmp_path


def test_equal_samples(root):
    convert_image(root, 'a')
    found = compare_pascal(root, 5, progress=False)
    assert found.samples == 2
    assert found.different == []
    assert found.original > 0
    assert found.converted > 0


def test_a_label_that_differs_is_named(root, monkeypatch):
    four = type(
        'Four',
        (pascal_comparison.ContextEdgeReader,),
        dict(__call__=lambda self, path, info: 1 - super(four, self).__call__(path, info)),
    )
    monkeypatch.setattr(pascal_comparison, 'ContextEdgeReader', four)
    found = compare_pascal(root, 1, progress=False)
    assert found.different == [f'{root}/JPEGImages/a.jpg: edge']


def test_a_count(root):
    with pytest.raises(ValueError, match='count: expected at least 1, found 0'):
        compare_pascal(root, 0)
