from mmmtl.datasets.pascal_labels import (
    PART_MERGINGS,
    PASCAL_CLASSES,
    PERSON,
    PERSON_PARTS,
    part_classes,
)


def test_the_classes_of_voc():
    assert len(PASCAL_CLASSES.classes) == 21
    assert PERSON == 15
    assert PASCAL_CLASSES.table[255] == 255
    palette = dict(zip(PASCAL_CLASSES.classes, PASCAL_CLASSES.palette, strict=True))
    assert palette['background'] == (0, 0, 0)
    assert palette['aeroplane'] == (128, 0, 0)
    assert palette['cat'] == (64, 0, 0)
    assert palette['person'] == (192, 128, 128)
    assert palette['tvmonitor'] == (0, 64, 128)


def test_every_merging_has_every_part_once():
    assert len(set(PERSON_PARTS)) == len(PERSON_PARTS) == 24
    for count, merged in PART_MERGINGS.items():
        assert len(merged) == count
        parts = [part for names in merged.values() for part in names]
        assert sorted(parts) == sorted(PERSON_PARTS)
    assert part_classes(6) == (
        'background', 'head', 'torso', 'upper arm', 'lower arm', 'upper leg', 'lower leg',
    )  # fmt: skip
