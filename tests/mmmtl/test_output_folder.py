import json
import os

import pytest

from mmmtl.output_folder import prepare_output_folder
from tests.utils.killed import write_half_and_die

RECORD = dict(seed=3, size=[4, 6], splits=dict(train=2))


def prepare(root, record=RECORD):
    prepare_output_folder(root, 'made.json', record, 'toy scenes', ('images', 'labels'))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_empty_or_new_folder_gets_the_record(tmp_path):
    root = tmp_path / 'deep' / 'set'
    prepare(root)
    assert names(root) == ['made.json']
    assert json.loads((root / 'made.json').read_text()) == RECORD


def test_a_folder_of_the_same_set_is_gone_on_with(tmp_path):
    prepare(tmp_path)
    before = os.stat(tmp_path / 'made.json').st_mtime_ns
    (tmp_path / 'images').mkdir()
    (tmp_path / 'images' / '0.png').write_bytes(b'whole')
    write_half_and_die(tmp_path / 'images' / '1.png')
    prepare(tmp_path)
    assert names(tmp_path / 'images') == ['0.png']  # what was not finished is gone
    assert os.stat(tmp_path / 'made.json').st_mtime_ns == before


def test_other_files_may_stand_beside_a_new_set(tmp_path):
    (tmp_path / 'notes.txt').write_text('mine')
    write_half_and_die(tmp_path / 'made.json')
    prepare(tmp_path)
    assert names(tmp_path) == ['made.json', 'notes.txt']


def test_another_record_is_told_value_by_value(tmp_path):
    prepare(tmp_path)
    message = (
        f'^{tmp_path} holds toy scenes that were made with other parameters: '
        r'seed is 3, expected 4; more is None, expected 1\. Choose another folder'
    )
    with pytest.raises(ValueError, match=message):
        prepare(tmp_path, {**RECORD, 'seed': 4, 'more': 1})
    assert json.loads((tmp_path / 'made.json').read_text()) == RECORD


@pytest.mark.parametrize('content', ['{"seed": ', '[1]', '', '[' * 100_000])
def test_a_broken_record_is_named(tmp_path, content):
    (tmp_path / 'made.json').write_text(content)
    with pytest.raises(ValueError, match='made.json is not readable as a record of toy scenes'):
        prepare(tmp_path)
    assert (tmp_path / 'made.json').read_text() == content


def test_another_data_set_is_not_touched(tmp_path):
    (tmp_path / 'labels').mkdir()
    with pytest.raises(ValueError, match=f'{tmp_path} holds labels but no made.json: .* real one'):
        prepare(tmp_path)
    assert names(tmp_path) == ['labels']


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / 'set').write_text('text')
    with pytest.raises(ValueError, match='set is not a folder'):
        prepare(tmp_path / 'set')
