"""Checkpoints that may be read: what would do harm in them is never looked at."""

from __future__ import annotations

from collections import OrderedDict

import torch

from tests.utils.crafted.pickles import (
    GOOD,
    HEAD,
    Make,
    archive,
    archive_of,
    evil,
    saved_by,
    touch,
)

HARMLESS: dict[str, Make] = {
    'a call behind the last byte': lambda canary: archive(GOOD + HEAD + touch(canary) + b'.'),
    'a further pickle': lambda canary: archive(GOOD, **{'extra.pkl': evil(canary)}),
    'a pickle as a storage': lambda canary: archive(GOOD, **{'data/0': evil(canary)}),
    'code as the version of the archive': lambda canary: archive_of(
        [('data.pkl', GOOD), ('version', b'3\n'), ('.format_version', evil(canary))]
    ),
    'code in the config': lambda canary: saved_by(
        {'meta': {'config': f'open({str(canary)!r}, "w").close()'}, 'state_dict': {}}
    ),
    'code in the text of a class name': lambda canary: saved_by(
        {'meta': {'dataset_meta': {'classes': [f'__import__("os").system("touch {canary}")']}}}
    ),
    'code as the name of a weight': lambda canary: saved_by(
        {'state_dict': OrderedDict({f'$(touch {canary})': torch.zeros(1)})}
    ),
}
"""Files in which what would do harm is never looked at: they may be read."""
