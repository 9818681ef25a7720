"""The page on each task's own data, word for word in an empty folder, with fewer rounds."""

import re

import pytest

from mmmtl.evaluation import read_scalars
from tests.utils.doc_pages import read_blocks, run_session
from tests.utils.paths import DOCS

PAGE = 'own_data_per_task.md'
DOC = (DOCS / PAGE).read_text()
PHOTOGRAPHS = 'Classes from CamVid, depth from an office'
FAST = {'range(31)': 'range(2)', 'max_epochs=4, val_interval=2': 'max_epochs=2, val_interval=1',
        'epoch_4': 'epoch_2'}  # fmt: skip


@pytest.fixture(scope='module')
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp('empty')
    return folder, run_session(PAGE, folder, FAST, without=PHOTOGRAPHS)


def printed_by(text, printed):
    """The lines that the block with a text printed; files print nothing."""
    blocks = [b for b in read_blocks(PAGE, PHOTOGRAPHS) if b.file is None]
    (number,) = [index for index, block in enumerate(blocks) if text in block.code]
    return printed[number]


@pytest.mark.e2e
def test_the_plans_are_those_of_the_table(session):
    lines = [line for line in printed_by('describe()', session[1]) if 'batches in an epoch' in line]
    plans = [re.search(r'(\d+) batches in an epoch.*: streets (.*); rooms (.*)$', line).groups()
             for line in lines]  # fmt: skip
    section = DOC.partition('prints, after the options,')[2].partition('\n- ')[0]
    rows = [
        tuple(cell.strip() for cell in line.split('|')[2:5])
        for line in section.splitlines()
        if re.match(r'\| .*\d', line)
    ]
    assert plans == rows
    assert len(plans) == 6


@pytest.mark.e2e
def test_every_command_leaves_what_the_page_says(session):
    folder, printed = session
    best = list((folder / 'run').glob('best_streets_seg_mIoU_epoch_*.pth'))
    assert len(best) == 1
    for run in ('run', 'run_mixed', 'run_round'):
        log = read_scalars(folder / run)
        for key in ('streets/seg/mIoU', 'rooms/depth/abs_err'):
            assert log.series('val', key)[0] == [1, 2]
    weights = read_scalars(folder / 'run_round').series('train', 'depth/epoch_weight')[1]
    assert weights[-1] != 1
    assert len(list((folder / 'numbers/streets').rglob('*.png'))) == 4
    assert len(list((folder / 'numbers/rooms').rglob('*.npy'))) == 4
    pictures = [path.name for path in (folder / 'pictures').rglob('*.png')]
    assert sum(name.startswith('test_streets_') for name in pictures) == 4
    assert sum(name.startswith('test_rooms_') for name in pictures) == 4
    assert len(list((folder / 'samples').iterdir())) == 4
    assert (folder / 'predictions/pictures_depth').is_dir()
    lines = printed_by('metrics_table', printed)
    (head,) = [index for index, line in enumerate(lines) if 'streets/seg/mIoU ↑' in line]
    names = [line.split('|')[1].strip() for line in lines[head + 2 : head + 4]]
    assert names == ['network', 'constants']
    costs = printed_by('saved_tensors_hooks', printed)
    assert [line.partition(':')[0] for line in costs[-2:]] == ['one data set', 'mixed']
    assert all(line.endswith('memory 1.00') for line in costs[-2:])


def test_links_lead_somewhere(repository):
    def anchors(page):
        heads = re.findall(r'^#+ (.*)$', (DOCS / page).read_text(), re.MULTILINE)
        return {re.sub(r'[^\w -]', '', head).lower().replace(' ', '-') for head in heads}

    for page, anchor in re.findall(r'\]\(([\w.]*)#([\w-]+)\)', DOC):
        assert anchor in anchors(page or PAGE), (page, anchor)
    for page in re.findall(r'\]\((\w+\.md)', DOC):
        assert (DOCS / page).is_file()
