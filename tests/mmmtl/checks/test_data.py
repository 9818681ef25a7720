from torch.utils.data import Dataset, IterableDataset

from mmmtl.checks.data import open_dataset
from mmmtl.checks.problems import Problems
from mmmtl.compat.scope import registry_scope
from tests.utils.checked_config import loader


def opened(config, coming=()):
    problems = Problems()
    with registry_scope():
        dataset = open_dataset(config, 'train_dataloader.dataset', problems, coming)
    return dataset, problems.lines()


def test_wrappers_are_opened(root):
    parts = [loader(root, split)['dataset'] for split in ('train', 'val')]
    both = dict(type='ConcatDataset', datasets=parts)
    dataset, lines = opened(dict(type='RepeatDataset', times=3, dataset=both))
    assert lines == []
    assert len(dataset) == 3 * (3 + 2)


def test_a_set_without_its_files_still_tells_of_its_tasks(tmp_path):
    missing = str(tmp_path / 'nowhere')
    dataset, (line,) = opened(loader(missing, 'train')['dataset'])
    assert list(dataset.tasks) == ['seg', 'depth']
    assert f'there is no data_root {missing!r}.' in line
    assert opened(loader(missing, 'train')['dataset'], coming=[missing])[1] == []


def test_other_forms_are_named():
    assert opened(3) == (
        None,
        ['train_dataloader.dataset: expected dict(type=...), the config of a data set, found 3.'],
    )


def test_a_stream_of_samples_and_sets_by_name_are_no_mistakes():
    class Stream(IterableDataset):
        def __iter__(self):
            return iter(())

    class Named(Dataset):
        def __init__(self, dataset, datasets):
            self.samples = [dataset, *datasets]

        def __len__(self):
            return len(self.samples)

    assert opened(dict(type=Stream))[1] == []
    dataset, lines = opened(dict(type=Named, dataset='a', datasets=['b', 'c']))
    assert (len(dataset), lines) == (3, [])
