"""The publications whose figures are in ``published_results.csv``, and their protocols.

A protocol has the keys and the words of :func:`mmmtl_bench.run.protocol.read_protocol`, and under
``'average'`` how the figures come from a run's validations; what a publication does not say is left
out. How the MTAN authors average is what their code at https://github.com/lorenmt/mtan does: depth
and normal errors are averaged over the valid pixels of a batch and then over the batches, and the
mIoU and pixel accuracy of the papers over the images. A note there, of November 2020, changes these
two to what they are over the pixels of all images, and expects the mIoU to be about 8 % higher.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from mmmtl_bench.run.protocol import NO_AUGMENTATION, PER_BATCH, PER_IMAGE


@dataclass(frozen=True)
class PublishedSource:
    """Where published figures come from.

    Args:
        name: Name in ``published_results.csv``.
        title: Title of the publication.
        link: Address of the publication; empty if there is none to give.
        protocols: By name of the data set what is known of the protocol.
        notes: What a reader of the figures should know.
    """

    name: str
    title: str
    link: str
    protocols: dict[str, dict[str, str]]
    notes: tuple[str, ...]


DATASET_TITLES = MappingProxyType(
    {
        'cityscapes': 'CityScapes',
        'decathlon': 'the Visual Decathlon',
        'nyud': 'NYUD-MT',
        'nyuv2': 'NYUv2',
        'pascal-context': 'PASCAL-Context',
    }
)
"""What a text calls the data sets of ``published_results.csv``."""

_CHANGED_MIOU = (
    'The MTAN authors averaged mIoU and pixel accuracy over the images; in November 2020, after '
    'these figures, they changed both to what they are over the pixels of all images, and expected '
    'the mIoU to be about 8 % higher (https://github.com/lorenmt/mtan).'
)
_AUTHORS_AVERAGES = {
    'mIoU': PER_IMAGE,
    'depth averaging': PER_BATCH,
    'normal averaging': PER_BATCH,
}
_INVPT = (
    'InvPT: Inverted Pyramid Multi-task Transformer for Dense Scene Understanding (ECCV 2022), '
    'https://arxiv.org/abs/2203.07997'
)
_ATRC = (
    'ATRC: Exploring Relational Context for Multi-Task Dense Prediction (ICCV 2021), '
    'https://arxiv.org/abs/2104.13874'
)
_TASK_PROMPTER = (
    'TaskPrompter: Spatial-Channel Multi-Task Prompting for Dense Scene Understanding (ICLR 2023), '
    'https://openreview.net/forum?id=-CwPopPJda'
)
_MLORE = (
    'MLoRE: Multi-Task Dense Prediction via Mixture of Low-Rank Experts (CVPR 2024), '
    'https://arxiv.org/abs/2403.17749'
)
_CITYSCAPES = {'training images': '2975', 'validation images': '500'}
_NYUV2 = {'training images': '795', 'validation images': '654'}
_CVPR_TRAINING = {
    'epochs': '200',
    'optimizer': 'Adam lr=0.0001',
    'schedule': 'MultiStepLR gamma=0.5 milestones=[100]',
    'augmentation': NO_AUGMENTATION,
    'pretrained': 'no',
    'average': 'last-10',
}
_MTUNET_TRAINING = {
    'resolution': '128x256',
    'epochs': '200',
    'optimizer': 'Adam lr=0.0001',
}

SOURCES = MappingProxyType(
    {
        source.name: source
        for source in (
            PublishedSource(
                name='mtan-preprint',
                title='End-to-End Multi-Task Learning with Attention, first preprint (2018)',
                link='https://arxiv.org/abs/1803.10704v1',
                protocols={
                    'cityscapes': {
                        **_CITYSCAPES,
                        **_AUTHORS_AVERAGES,
                        'epochs': '150',
                        'batch size': '8',
                        'optimizer': 'SGD lr=0.01 momentum=0.9',
                        'schedule': 'StepLR gamma=0.5 step_size=50',
                    }
                },
                notes=(
                    'Depth is measured by the relative absolute error alone; the figures are of '
                    'another size than those of the CVPR paper and not comparable with them.',
                    'With uncertainty weights the learning rate is halved every 25 epochs.',
                    '#P of the single-task networks is that of one network, not of all tasks.',
                    _CHANGED_MIOU,
                ),
            ),
            PublishedSource(
                name='mtan-cvpr19',
                title='End-to-End Multi-Task Learning with Attention (CVPR 2019)',
                link='https://arxiv.org/abs/1803.10704',
                protocols={
                    'cityscapes': {
                        **_CITYSCAPES,
                        **_AUTHORS_AVERAGES,
                        **_CVPR_TRAINING,
                        'resolution': '128x256',
                        'batch size': '8',
                        'depth unit': 'mtan',
                    },
                    'nyuv2': {
                        **_NYUV2,
                        **_AUTHORS_AVERAGES,
                        **_CVPR_TRAINING,
                        'resolution': '288x384',
                        'batch size': '2',
                        'depth unit': 'depth',
                    },
                    'decathlon': {
                        'resolution': '72x72',
                        'epochs': '300, then 28 without ImageNet',
                        'batch size': '100',
                        'optimizer': 'SGD lr=0.1 momentum=0.9 nesterov=True weight_decay=5e-05',
                        'schedule': 'StepLR gamma=0.5 step_size=50',
                        'pretrained': 'no',
                    },
                },
                notes=(_CHANGED_MIOU,),
            ),
            PublishedSource(
                name='mtunet',
                title='MT-UNet (Paper Id 5178)',
                link='',
                protocols={
                    'cityscapes': {**_MTUNET_TRAINING, 'batch size': '8'},
                    'nyuv2': {**_MTUNET_TRAINING, 'batch size': '2'},
                },
                notes=(
                    'Depth errors stand as printed; they are not of the size of those in the MTAN '
                    'paper on the same data, and their unit is not known here.',
                ),
            ),
            PublishedSource(
                name='pascal-context-decoders',
                title='Decoders of the field on PASCAL-Context',
                link='',
                protocols={
                    'pascal-context': {'training images': '4998', 'validation images': '5105'}
                },
                notes=(_INVPT, _ATRC, _TASK_PROMPTER, _MLORE),
            ),
            PublishedSource(
                name='nyud-decoders',
                title='Decoders of the field on NYUD-MT',
                link='',
                protocols={'nyud': _NYUV2},
                notes=(_INVPT, _ATRC, _MLORE),
            ),
        )
    }
)
"""The publications by name."""
