import pytest

from mmmtl.datasets.cityscapes_labels import CLASS_SETS, LABELS


def test_the_class_sets_are_the_official_ones():
    by_name = {label.name: label.id for label in LABELS}
    assert [label.id for label in LABELS] == list(range(34))
    seven = CLASS_SETS[7]
    assert seven.classes == (
        'flat', 'construction', 'object', 'nature', 'sky', 'human', 'vehicle',
    )  # fmt: skip
    # The ids of https://github.com/mcordts/cityscapesScripts, written out independently.
    expected = [255] * 7 + [0] * 4 + [1] * 6 + [2] * 4 + [3] * 2 + [4] + [5] * 2 + [6] * 8
    assert [seven.table[i] for i in range(34)] == expected
    nineteen = CLASS_SETS[19]
    trained = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33]
    assert {i: c for i, c in nineteen.table.items() if c != 255} == {
        i: c for c, i in enumerate(trained)
    }
    assert nineteen.classes[0] == 'road'
    assert nineteen.classes[18] == 'bicycle'
    two = CLASS_SETS[2]
    assert set(two.table.values()) == {0, 1}  # void is background, nothing is ignored
    assert two.table[by_name['rider']] == two.table[by_name['trailer']] == 1
    assert two.table[by_name['unlabeled']] == two.table[by_name['traffic sign']] == 0
    for count, classes in CLASS_SETS.items():
        assert len(classes.classes) == len(classes.palette) == count
        assert classes.void == (0 if count == 2 else 255)


def test_the_colours_are_those_of_the_label_itself_or_of_the_first_of_a_category():
    colors = {label.name: label.color for label in LABELS}
    nineteen, seven = CLASS_SETS[19], CLASS_SETS[7]
    assert nineteen.palette == tuple(colors[name] for name in nineteen.classes)
    firsts = ('road', 'building', 'pole', 'vegetation', 'sky', 'person', 'car')
    assert seven.palette == tuple(colors[name] for name in firsts)
    assert colors['road'] == (128, 64, 128)


@pytest.mark.parametrize('count', CLASS_SETS)
def test_every_class_can_be_told_apart_and_has_an_id(count):
    classes = CLASS_SETS[count]
    assert len(set(classes.classes)) == len(set(classes.palette)) == count
    assert set(classes.table) == {label.id for label in LABELS}
    assert set(classes.table.values()) - {255} == set(range(count))
