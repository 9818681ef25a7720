import numpy as np
import pytest

from mmmtl.datasets.pascal_labels import part_classes
from mmmtl.datasets.readers import PersonPartsReader
from tests.utils.field_folders import PARTS, PERSON, SIZE, box, save_parts, structs

INFO = dict(ori_shape=SIZE)


@pytest.mark.parametrize(
    ('merging', 'expected'),
    [(4, [1, 2, 3, 3, 4, 4]), (6, [1, 2, 3, 4, 5, 6]), (24, [4, 11, 13, 15, 19, 24])],
)
def test_parts_are_merged_by_the_table(tmp_path, merging, expected):
    save_parts(tmp_path / 'a.mat', [(15, PERSON, PARTS)])
    found = PersonPartsReader(merging)(str(tmp_path / 'a.mat'), INFO)
    places = [(3, 4), (4, 5), (4, 4), (5, 4), (6, 4), (8, 6)]  # ear, torso, arm, leg, foot
    assert [int(found[place]) for place in places] == expected
    assert found.dtype == np.uint8
    assert not found[~PERSON].any()


def test_the_later_of_two_people_is_in_front(tmp_path):
    other = {'hair': PARTS['torso']}
    save_parts(tmp_path / 'a.mat', [(15, PERSON, PARTS), (15, PERSON, other)])
    assert (PersonPartsReader()(str(tmp_path / 'a.mat'), INFO)[PARTS['torso']] == 1).all()


@pytest.mark.parametrize(
    'objects', [[], [(7, PERSON, {})], [(15, PERSON, {})], [(7, PERSON, {'wheel': PERSON})]]
)
def test_without_parts_of_a_person_there_is_no_label(tmp_path, objects):
    save_parts(tmp_path / 'a.mat', objects)
    assert (PersonPartsReader()(str(tmp_path / 'a.mat'), INFO) == 255).all()


def test_an_unknown_part_is_named_with_the_file(tmp_path):
    save_parts(tmp_path / 'a.mat', [(15, PERSON, {'tail': PERSON})])
    with pytest.raises(ValueError, match=r"a\.mat: expected parts .* head, .* found 'tail'"):
        PersonPartsReader()(str(tmp_path / 'a.mat'), INFO)


def test_a_mask_of_another_size_is_named(tmp_path):
    save_parts(tmp_path / 'a.mat', [(15, PERSON, {'head': PERSON[:5]})])
    with pytest.raises(ValueError, match=r"a\.mat: .* 12x16 .* 'head' of shape \(5, 16\)"):
        PersonPartsReader()(str(tmp_path / 'a.mat'), INFO)


def test_other_structs_are_refused_in_a_line(tmp_path):
    from scipy.io import savemat

    savemat(tmp_path / 'a.mat', dict(anno=dict(objects=structs(['colour'], [('red',)]))))
    with pytest.raises(ValueError, match=r'a\.mat: expected anno\.objects with class_ind'):
        PersonPartsReader()(str(tmp_path / 'a.mat'), INFO)
    savemat(tmp_path / 'a.mat', dict(anno=3))
    with pytest.raises(ValueError, match=r'a\.mat: expected anno\.objects with class_ind'):
        PersonPartsReader()(str(tmp_path / 'a.mat'), INFO)


def test_arguments():
    assert PersonPartsReader(6, part_classes(6))
    with pytest.raises(ValueError, match=r'merging: expected one of \[4, 6, 24\], found 7'):
        PersonPartsReader(7)
    with pytest.raises(ValueError, match='class_names: expected those of merging=6'):
        PersonPartsReader(6, part_classes(4))
    assert box(slice(0, 1), slice(0, 1)).sum() == 1
