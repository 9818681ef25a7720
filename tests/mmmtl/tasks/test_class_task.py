import pytest
import torch

from mmmtl.tasks import SEG, ClassTask
from tests.utils.errors import error_of

PARTS = ClassTask(name='parts', classes=('head', 'body'), palette=[[1, 2, 3], [4, 5, 6]])


def error_of_parts(**arguments):
    return error_of(ClassTask, name='parts', **arguments)


def test_classes_and_colours_are_kept_as_tuples():
    task = ClassTask(name='parts', classes=['head', 'body'], palette=[[1, 2, 3], [4, 5, 6]])
    assert task.classes == ('head', 'body')
    assert task.palette == ((1, 2, 3), (4, 5, 6))
    assert task == PARTS


def test_wrong_classes_are_named():
    where = 'tasks.parts.classes: expected'
    assert error_of_parts(classes='head') == f"{where} a list of names, found 'head'."
    assert error_of_parts(classes=()) == f'{where} 1 to 255 names, found 0.'
    assert error_of_parts(classes=range(256)) == f'{where} 1 to 255 names, found 256.'
    twice = error_of_parts(classes=('head', 'body', 'head'))
    assert twice == f"{where} different names, found ['head'] twice."
    assert len(ClassTask(name='parts', classes=range(255)).classes) == 255


def test_wrong_palettes_are_named():
    where = 'tasks.parts.palette: expected'
    short = error_of_parts(classes=('head', 'body'), palette=[(1, 2, 3)])
    assert short == f'{where} a colour for each of 2 classes, found 1.'
    of_colors = f'{where} colours (red, green, blue) from 0 to 255, found'
    assert error_of_parts(palette=[(1, 2)]) == f'{of_colors} (1, 2).'
    assert error_of_parts(palette=[(0, 0, 256)]) == f'{of_colors} (0, 0, 256).'


def test_a_pixel_of_255_has_no_class():
    assert PARTS.valid_mask(torch.tensor([[[0, 255, 3]]])).tolist() == [[[True, False, True]]]
    assert PARTS.fill == 255


def test_heads_are_told_the_number_of_classes_if_it_is_known():
    assert PARTS.head_arguments == dict(num_classes=2)
    assert SEG.head_arguments == {}


def test_mmseg_s_own_words_are_about_the_task_with_mmseg_s_map():
    assert SEG.metainfo_keys == ('classes', 'palette', 'label_map', 'reduce_zero_label')
    assert PARTS.metainfo_keys == ()


def test_mmseg_s_heads_find_the_label():
    label = torch.tensor([[[0, 1, 255]]])
    assert list(PARTS.head_label(label)) == ['gt_sem_seg']
    assert PARTS.head_label(label)['gt_sem_seg'] is label


def test_decoding():
    logits = torch.tensor([[[0.0, 3.0]], [[1.0, 2.0]]])
    assert SEG.decode(logits).tolist() == [[[1, 0]]]
    binary = torch.tensor([[[-1.0, 0.2]]])  # probabilities 0.27, 0.55
    assert SEG.decode(binary).tolist() == [[[0, 1]]]
    assert SEG.decode(binary, threshold=0.6).tolist() == [[[0, 0]]]
    assert SEG.decode(binary, threshold=0.2).tolist() == [[[1, 1]]]
    assert SEG.decode(binary).dtype == torch.int64


@pytest.mark.parametrize('channels', [1, 3])
def test_a_mean_of_views_is_one_of_probabilities(channels):
    logits = torch.randn(channels, 4, 5, generator=torch.Generator().manual_seed(0))
    mean = PARTS.to_mean(logits)
    assert mean.min() > 0
    assert mean.max() < 1
    if channels > 1:
        torch.testing.assert_close(mean.sum(dim=0), torch.ones(4, 5))
    back = PARTS.from_mean(mean)
    assert torch.equal(PARTS.decode(back), PARTS.decode(logits))
    torch.testing.assert_close(PARTS.to_mean(back), mean)


def test_certain_views_give_finite_logits():
    certain = PARTS.from_mean(torch.tensor([[[1.0, 0.0]], [[0.0, 1.0]]]))
    assert certain.isfinite().all()
    assert PARTS.decode(certain).flatten().tolist() == [0, 1]
    single = PARTS.from_mean(torch.tensor([[[1.0, 0.0]]]))
    assert single.isfinite().all()
    assert PARTS.decode(single).flatten().tolist() == [1, 0]
    torch.testing.assert_close(PARTS.to_mean(single), torch.tensor([[[1.0, 0.0]]]))


def test_readers_are_told_the_names():
    assert PARTS.reader_facts == dict(class_names=['head', 'body'])
    assert ClassTask(name='parts').reader_facts == {}


def test_the_default_reader_takes_the_ids_as_they_are():
    assert PARTS.default_reader() == dict(type='IdMapReader', table={0: 0, 1: 1, 255: 255})
    assert error_of(ClassTask(name='parts').default_reader) == (
        'tasks.parts: expected `classes`, or those of the metainfo of the data set, or a reader '
        'in label_readers; found none.'
    )


def test_a_data_set_completes_what_the_task_does_not_say():
    meta = dict(classes=('a', 'b'), palette=[[1, 1, 1], [2, 2, 2]])
    full = SEG.completed(meta)
    assert full == ClassTask(name='seg', classes=('a', 'b'), palette=((1, 1, 1), (2, 2, 2)))
    assert PARTS.completed(meta) is PARTS
    assert SEG.completed({}) is SEG
    assert SEG.completed(dict(classes=())) is SEG
    assert SEG.completed(dict(meta, palette=[[1, 1, 1]])).palette is None
    assert SEG.completed(dict(classes=('a',))).palette is None


def test_a_palette_of_its_own_stays():
    own = ClassTask(name='seg', palette=[(9, 9, 9), (8, 8, 8)])
    full = own.completed(dict(classes=('a', 'b'), palette=[[1, 1, 1], [2, 2, 2]]))
    assert full.palette == ((9, 9, 9), (8, 8, 8))
    with pytest.raises(ValueError, match='a colour for each of 3 classes, found 2'):
        own.completed(dict(classes=('a', 'b', 'c')))


def test_a_description_names_the_classes():
    assert PARTS.describe() == dict(
        quantity='classes', classes=['head', 'body'], palette=[[1, 2, 3], [4, 5, 6]]
    )
    assert SEG.describe() == dict(quantity='classes')
