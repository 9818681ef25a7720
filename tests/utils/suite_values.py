"""A small suite as its file says it."""

SINGLE = {'seg': 'segnet_cityscapes7-seg.py', 'depth': 'segnet_cityscapes7-depth.py'}
MTAN = 'mtan_segnet_cityscapes7.py'
DWA = {'type': 'DynamicWeightAverage', 'temperature': 20.0}


def values_of(**changes):
    table = {
        'title': 'A table',
        'dataset': 'cityscapes7',
        'baseline': 'One Task',
        'single_task': {'One Task': SINGLE},
        'multi_task': {'MTAN': MTAN},
    }
    values = {
        'title': 'A suite',
        'weightings': {'equal': 'equal', 'dwa (T=20)': DWA},
        'tables': [table],
    }
    for key, value in changes.items():
        if key in ('title', 'weightings', 'tables', 'seeds', 'average', 'cfg_options', 'data'):
            values[key] = value
        else:
            table[key] = value
    return values
