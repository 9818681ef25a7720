from __future__ import annotations

from mmmtl.datasets.nyuv2_labels import CLASS_SETS, RAW_IDS
from mmmtl_scenes.rooms.labels import RoomLabel


def test_all_ids_are_raw_ids_of_nyuv2() -> None:
    assert RoomLabel.UNLABELED == 0
    assert all(1 <= label <= RAW_IDS for label in RoomLabel if label != RoomLabel.UNLABELED)


def test_ids_have_the_names_of_the_40_classes_where_they_are_one_of_them() -> None:
    fine = CLASS_SETS[40]
    checked = 0
    for index, name in enumerate(fine.classes):
        ids = [raw for raw, found in fine.table.items() if found == index]
        for label in RoomLabel:
            if ids == [label]:
                # The official table misspells one.
                assert label.name.lower() == name.replace(' ', '_').replace('fridg', 'frig')
                checked += 1
    assert checked >= 5
