from __future__ import annotations

import re
from pathlib import Path

import pytest

from mmmtl_scenes.writers.scene_sets import check_integers, work_through, write_missing_samples


def square(number: int) -> int:
    return number**2


def touch(path: Path) -> None:
    path.write_text('rendered')


def test_good_integers_pass() -> None:
    check_integers(train=(0, 0), workers=(1, 1), seed=(3.0, 0))


@pytest.mark.parametrize(('value', 'least'), [(-1, 0), (0, 1), (1.5, 0), ('3', 0), (None, 0)])
def test_other_values_are_named_with_what_was_expected(value: object, least: int) -> None:
    message = f'train must be an integer of at least {least}, found {value!r}.'
    with pytest.raises(ValueError, match=re.escape(message)):
        check_integers(seed=(1, 0), train=(value, least))


@pytest.mark.parametrize('workers', [1, None])
def test_results_come_in_the_order_of_the_items(workers: int | None) -> None:
    numbers = list(range(20))
    assert list(work_through(square, numbers, workers, '', False)) == [n**2 for n in numbers]
    assert list(work_through(square, [], workers, '', False)) == []


def test_samples_of_which_a_file_is_missing_are_written(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in 'abc']
    paths[1].write_text('kept')
    samples = [(path, [Path(path.name)]) for path in paths]
    assert write_missing_samples(tmp_path, samples, touch, 1, '', False) == 2
    assert [path.read_text() for path in paths] == ['rendered', 'kept', 'rendered']
    assert write_missing_samples(tmp_path, samples, touch, 1, '', False) == 0


def test_a_sample_is_written_again_if_one_of_its_files_is_missing(tmp_path: Path) -> None:
    (tmp_path / 'a').write_text('kept')
    samples = [(tmp_path / 'a', [Path('a'), Path('b')])]
    assert write_missing_samples(tmp_path, samples, touch, 1, '', False) == 1
