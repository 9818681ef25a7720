import pytest

from mmmtl.datasets.label_listing import check_labels, is_source, list_labels, place_of
from mmmtl.tasks import SEG, ImageClassTask
from tests.utils.errors import error_of

PETS = ImageClassTask(name='pets', classes=('cat', 'dog'))


@pytest.fixture
def root(tmp_path):
    for name in ('cat/1.png', 'cat/deep/2.png', 'dog/1.PNG', 'loose.png', 'dog/notes.txt'):
        path = tmp_path / 'images' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / 'pets.csv').write_text('image,pets\ncat/1.png,cat\ndog/1,1\n')
    return tmp_path


def test_maps_are_files(root):
    folder = str(root / 'images')
    labels = list_labels(SEG, folder, '.png')
    assert labels['cat/deep/2'] == dict(seg_map_path=f'{folder}/cat/deep/2.png')
    assert sorted(labels) == ['cat/1', 'cat/deep/2', 'dog/1', 'loose']
    assert place_of(SEG, 'dog/1', labels['dog/1']) == f'{folder}/dog/1.PNG'


def test_the_first_folder_is_the_class(root):
    folder = str(root / 'images')
    labels = list_labels(PETS, folder, '.png')
    assert {name: label['pets_label'] for name, label in labels.items()} == {
        'cat/1': 'cat', 'cat/deep/2': 'cat', 'dog/1': 'dog',
    }  # fmt: skip
    assert labels['cat/deep/2']['pets_map_path'] == f'{folder}/cat/deep/2.png'
    assert place_of(PETS, 'dog/1', labels['dog/1']) == f'{folder}/dog/1.PNG'


def test_a_file_names_images_with_or_without_their_end(root):
    file = str(root / 'pets.csv')
    labels = list_labels(PETS, file, '.png')
    assert labels == {
        'cat/1': dict(pets_map_path=file, pets_label='cat'),
        'dog/1': dict(pets_map_path=file, pets_label='1'),
    }
    assert place_of(PETS, 'dog/1', labels['dog/1']) == f'{file}: dog/1'
    (root / 'pets.csv').write_text('image,pets\na.png,cat\na,dog\n')
    twice = f"{file}: expected one label for each image, found 'a' twice."
    assert error_of(list_labels, PETS, file, '.png') == twice


def test_a_folder_may_be_called_like_a_file_where_there_are_maps(root):
    (root / 'seg.json').mkdir()
    assert is_source(SEG, str(root / 'seg.json'))
    assert not is_source(PETS, str(root / 'seg.json'))
    assert is_source(PETS, str(root / 'pets.csv'))
    assert is_source(PETS, str(root / 'images'))
    assert not is_source(SEG, str(root / 'pets.csv'))
    assert not is_source(PETS, str(root / 'nowhere'))


@pytest.mark.parametrize(
    ('task', 'source', 'message'),
    [
        (SEG, 'ids', 'X: 1 missing file(s): ids/b.png.'),
        (
            PETS,
            'pets.csv',
            "X: pets.csv: expected a label there for each image, as 'pets' is not among "
            'partly_labelled, found none for 1: b.',
        ),
        (
            PETS,
            'images',
            'X: images: expected a folder of its class that it lies in for each image, as '
            "'pets' is not among partly_labelled, found none for 1: b.",
        ),
    ],
)
def test_images_without_a_label_are_named(task, source, message):
    with pytest.raises(FileNotFoundError) as raised:
        check_labels('X', task, source, '.png', ['a', 'b'], {'a'})
    assert str(raised.value) == message
    check_labels('X', task, source, '.png', ['a'], {'a', 'b'})
