import codecs

import pytest

from mmmtl.datasets.label_file import read_label_file
from tests.utils.errors import error_of

HEAD = 'image,weather\n'
FIRST = ': expected a first line such as image,weather'
ONCE = ': expected one label for each image'
NAMED = ': expected the name or the id of a class'


def written(tmp_path, text, name='labels.csv'):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_a_table_has_a_column_for_each_task(tmp_path):
    text = codecs.BOM_UTF8 + (
        b'file,weather, scene\r\n'
        b'a/1.png,sun,street\r\n'
        b'\r\n'
        b'2,,"street, narrow"\r\n'
        b'"three, the third", rain ,\r\n'
    )
    path = written(tmp_path, text)
    assert read_label_file(path, 'weather') == {'a/1.png': 'sun', 'three, the third': 'rain'}
    assert read_label_file(path, 'scene') == {'a/1.png': 'street', '2': 'street, narrow'}


def test_ids_of_a_table_are_texts_and_those_of_json_numbers(tmp_path):
    assert read_label_file(written(tmp_path, 'image,a\nx,3\n'), 'a') == {'x': '3'}
    assert read_label_file(written(tmp_path, '{"x": 3}', 'l.json'), 'a') == {'x': 3}


def test_json_may_have_one_label_or_several(tmp_path):
    one = written(tmp_path, '{"1": "sun", "2": null, "3": "rain"}', 'one.json')
    assert read_label_file(one, 'weather') == {'1': 'sun', '3': 'rain'}
    text = '{"1": {"weather": "sun", "scene": 0}, "2": {"scene": 1}, "3": {}}'
    several = written(tmp_path, text, 'several.JSON')
    assert read_label_file(several, 'weather') == {'1': 'sun'}
    assert read_label_file(several, 'scene') == {'1': 0, '2': 1}


@pytest.mark.parametrize(
    ('name', 'text', 'message'),
    [
        ('l.csv', '', f"{FIRST}, found 'nothing'."),
        ('l.csv', '1.png,sun\n', f"{FIRST}, found '1.png,sun'."),
        ('l.csv', 'weather,image\n', f"{FIRST}, found 'weather,image'."),
        ('l.csv', f'{HEAD}1,sun,0\n', ', line 2: expected 2 columns, as in the first line'),
        ('l.csv', f'{HEAD}1,sun\n1,rain\n', f"{ONCE}, found '1' twice."),
        ('l.csv', f'{HEAD}1,\n1,rain\n', f"{ONCE}, found '1' twice."),
        ('l.csv', f'{HEAD}1,"sun\n', ', line 2: no comma-separated line: '),
        ('l.csv', HEAD.encode() + b'1,\xff\n', ': expected labels in UTF-8'),
        ('l.json', '{"1": "sun"', ': no JSON: '),
        ('l.json', '[' * 100_000, ': no JSON: '),
        ('l.json', '["sun"]', ': expected an object {image: class}.'),
        ('l.json', '"sun"', ': expected an object {image: class}.'),
        ('l.json', '{"1": ["sun"]}', f"{NAMED} for '1', found ['sun']."),
        ('l.json', '{"1": true}', f"{NAMED} for '1', found True."),
        ('l.json', '{"1": 0.5}', f"{NAMED} for '1', found 0.5."),
        ('l.json', '{"1": {"weather": {"a": 1}}}', f"{NAMED} for '1', found "),
        ('l.json', '{"1": "sun", "1": "rain"}', f"{ONCE}, found '1' twice."),
    ],
)
def test_what_is_no_such_file_is_named(tmp_path, name, text, message):
    path = written(tmp_path, text, name)
    found = error_of(read_label_file, path, 'weather')
    assert found.startswith(path)
    assert message in found
