import json
from pathlib import Path

import pytest

from mmmtl_bench.suite.run_spec import RunSpec, read_spec, slug


def spec_of(**changes):
    values = dict(
        dataset='cityscapes7',
        architecture='Split Wide',
        tasks=('seg', 'depth'),
        weighting='DWA (T=2)',
        seed=3,
        config='split-wide_segnet_cityscapes7.py',
        cfg_options={'model.backbone.widths': (4, 8), 'randomness.seed': 3},
    )
    return RunSpec(**{**values, **changes})


def test_folders_tell_what_is_run():
    assert spec_of().folder == Path('cityscapes7/split-wide/dwa-t-2/seed3')
    single = spec_of(tasks=('seg',), weighting=None)
    assert single.folder == Path('cityscapes7/split-wide-seg/seed3')


def test_a_spec_is_the_same_after_json():
    spec = spec_of()
    values = json.loads(json.dumps(spec.to_json()))
    assert values['tasks'] == ['seg', 'depth']
    assert values['cfg_options']['model.backbone.widths'] == [4, 8]
    assert RunSpec.from_json(values) == spec
    assert hash(RunSpec.from_json(values)) == hash(spec)
    assert spec != spec_of(cfg_options={'model.backbone.widths': (4, 9), 'randomness.seed': 3})


def test_values_of_other_names_are_refused():
    values = spec_of().to_json()
    with pytest.raises(ValueError, match='needs the values dataset, .*; found architecture, '):
        RunSpec.from_json({key: value for key, value in values.items() if key != 'dataset'})
    with pytest.raises(ValueError, match='found .*, colour'):
        RunSpec.from_json({**values, 'colour': 'red'})


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(tasks=()), "tasks of 'Split Wide'"),
        (dict(dataset='???'), r"The name '\?\?\?' must have a letter"),
        (dict(weighting='()'), r"The name '\(\)' must"),
        (dict(cfg_options={'a': object()}), "cfg_options of 'Split Wide'"),
    ],
)
def test_wrong_values_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        spec_of(**changes)


def test_slugs():
    assert slug('MT-UNet without cross-talk') == 'mt-unet-without-cross-talk'
    assert slug('  0.3/0.7 ') == '0-3-0-7'


def test_reading_the_spec_of_a_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'spec\.json: there is no such file'):
        read_spec(tmp_path)
    path = tmp_path / 'spec.json'
    path.write_text(json.dumps(spec_of().to_json()))
    assert read_spec(tmp_path) == spec_of()
    path.write_text('{"dataset": ')
    with pytest.raises(ValueError, match=r'spec\.json: Expecting value'):
        read_spec(tmp_path)
