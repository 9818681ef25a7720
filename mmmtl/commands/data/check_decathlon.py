"""Checks a Visual Decathlon against its annotations, or a result file for it.

For each domain, the command reads the annotations of all splits and looks for their images. With
--means, it computes the mean and the deviation of the colours of training images, for `Normalize`
in a config. With --results, it checks that the result file has one category of the right domain for
each image of a split. If the labels are known, it prints the accuracy in each domain and the score.

Example:
    python -m mmmtl data check-decathlon data/decathlon --means 1000
    python -m mmmtl data check-decathlon data/decathlon --results results.json
"""

from __future__ import annotations

import argparse
import os.path as osp

from mmmtl.datasets.decathlon_annotations import (
    SPLITS,
    DecathlonAnnotations,
    annotation_file,
    read_annotations,
)
from mmmtl.datasets.decathlon_domains import DOMAINS, Domain
from mmmtl.datasets.decathlon_folder import check_domain, image_statistics, spread
from mmmtl.evaluation.decathlon_results import check_results, result_accuracy
from mmmtl.evaluation.decathlon_score import decathlon_points, decathlon_score


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument('root', metavar='ROOT', help='root of the decathlon')
    parser.add_argument(
        '--domains', nargs='+', choices=list(DOMAINS), default=list(DOMAINS), help='default: all'
    )
    parser.add_argument(
        '--means',
        type=int,
        metavar='COUNT',
        help='print mean and deviation of COUNT training images of each domain, spread evenly',
    )
    parser.add_argument('--results', metavar='FILE', help='result file to check')
    parser.add_argument(
        '--split',
        choices=list(SPLITS),
        default='test',
        help='split of the result file (default: test)',
    )


def run(args: argparse.Namespace) -> int:
    """Checks.

    Args:
        args: What the parser read.

    Returns:
        The exit code: 1 if a domain is not as it should be.

    Raises:
        FileNotFoundError: If a file for the check of results is missing.
        ValueError: If an argument is wrong, or a result file is.
    """
    if args.means is not None and args.means < 1:
        raise ValueError(f'--means: expected at least 1, found {args.means}.')
    domains = [DOMAINS[name] for name in dict.fromkeys(args.domains)]
    if args.results is not None:
        _print_results(args.root, domains, args.split, args.results)
        return 0
    domain_of: dict[int, str] = {}
    said: set[str] = set()
    wrong = 0
    for domain in domains:
        try:
            found = check_domain(args.root, domain)
            _check_own_ids(found, domain_of)
        except (FileNotFoundError, ValueError) as error:
            print(f'{domain.name}: {error}')
            wrong += 1
            continue
        said |= {one.description for one in found.values()}
        print(_summary(domain, found))
        if args.means is not None:
            print(_means(args.root, found['train'], args.means))
    for text in sorted(said - {''}):
        print(f'The annotations say: {text}')
    return int(wrong > 0)


def _check_own_ids(found: dict[str, DecathlonAnnotations], domain_of: dict[int, str]) -> None:
    """Makes sure that a result, which names an image by its id alone, can be of one domain only."""
    for own in found.values():
        for image in own.images:
            other = domain_of.setdefault(image.image_id, own.domain.name)
            if other != own.domain.name:
                raise ValueError(
                    f'{own.path}: expected ids of images that no other domain has, found '
                    f'{image.image_id} of {other} again.'
                )


def _summary(domain: Domain, found: dict[str, DecathlonAnnotations]) -> str:
    counts = [len(own.images) for own in found.values()]
    classes = len(found['train'].classes)
    text = f'{domain.name}: {_counts(classes, counts)}'
    if (classes, *counts) == (domain.classes, *domain.images):
        return text
    return f'{text} (the challenge: {_counts(domain.classes, domain.images)})'


def _counts(classes: int, counts: list[int] | tuple[int, ...]) -> str:
    parts = ', '.join(f'{split} {count}' for split, count in zip(SPLITS, counts, strict=True))
    return f'{classes} classes, {parts}'


def _means(root: str, train: DecathlonAnnotations, count: int) -> str:
    paths = spread([osp.join(root, image.file_name) for image in train.images], count)
    texts = (', '.join(f'{value:.4f}' for value in row) for row in image_statistics(paths))
    return '    mean ({}), deviation ({}) of red, green and blue'.format(*texts)


def _print_results(root: str, domains: list[Domain], split: str, path: str) -> None:
    annotations = {domain.name: _labelled(root, domain, split) for domain in domains}
    found = check_results(path, annotations)
    count = sum(map(len, found.values()))
    print(f'{path}: {count} results, one for each {split} image of {len(domains)} domain(s).')
    known = {name: own for name, own in annotations.items() if own.is_labelled}
    accuracies = {name: result_accuracy(found[name], own) for name, own in known.items()}
    for name, accuracy in accuracies.items():
        points = decathlon_points(DOMAINS[name], accuracy)
        print(f'{name}: accuracy {accuracy:.2f} %, {points:.0f} points')
    if len(accuracies) == len(DOMAINS):
        print(f'score: {decathlon_score(accuracies):.0f}')


def _labelled(root: str, domain: Domain, split: str) -> DecathlonAnnotations:
    """Reads annotations; those of the test images too where somebody has them."""
    whole = osp.join(root, f'annotations/{domain.name}_{split}.json')
    path = whole if osp.isfile(whole) else osp.join(root, annotation_file(domain, split))
    return read_annotations(path, domain)
