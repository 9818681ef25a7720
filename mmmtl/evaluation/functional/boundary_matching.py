from __future__ import annotations

import math

import numpy as np


class BoundaryMatching:
    """Pairs pixels of predicted boundaries with those of a label, each at most once.

    As many pairs as possible are made, a maximum matching of the bipartite graph of all pixels
    that are near enough. A pairing that minimises distances, or is found approximately, has at most
    as many. *Which* pixels are paired is not unique.

    Paths that free a partner are looked for from all unpaired pixels at once, and all that are
    found are taken, until there is none (Azad, Buluc and Pothen, IEEE TPDS 28(1), 2017). Each
    search goes on from the pairs of the one before: from threshold to threshold few pixels change.
    ``scipy.sparse.csgraph.maximum_bipartite_matching`` (1.17) finds as many pairs, often within
    milliseconds; on outlines beside their labels, where a few pixels stay alone, it took
    seconds, or did not end within fifteen.

    Args:
        found: Pixels of predictions, boolean, shape (H, W).
        labelled: Pixels of the label, boolean of the same shape.
        distance: Largest distance of a pair in pixels, at least 0.
    """

    def __init__(self, found: np.ndarray, labelled: np.ndarray, distance: float) -> None:
        rows, columns = np.nonzero(labelled)
        near = _neighbours(found, rows, columns, distance)
        label, which = np.nonzero(near >= 0)
        pixel = near[label, which]
        order = np.argsort(pixel, kind='stable')
        self._labels = label[order]
        self._degrees = np.bincount(pixel, minlength=np.count_nonzero(found))
        self._starts = np.cumsum(self._degrees) - self._degrees
        self._partner = np.full(len(self._degrees), -1)
        self._partner_of_label = np.full(len(rows), -1)

    def match(self, chosen: np.ndarray) -> np.ndarray:
        """Pairs some of the predicted pixels.

        Args:
            chosen: Which of the pixels of ``found``, row by row, are there; boolean of shape (N,).

        Returns:
            Which of these pixels have a partner, boolean of shape (N,).
        """
        left = self._partner[~chosen]
        self._partner_of_label[left[left >= 0]] = -1
        self._partner[~chosen] = -1
        while (ends := self._search(chosen))[0].size:
            self._pair(*ends)
        return self._partner >= 0

    def _search(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Searches from all unpaired pixels in steps of one pair, each label pixel once.

        Returns:
            Unpaired label pixels at the ends of paths that share no pixel, and for each label pixel
            the predicted one before it on its path.
        """
        before = np.full(len(self._partner_of_label), -1)
        root = np.arange(len(self._partner))
        is_done = np.zeros(len(self._partner), bool)
        ends = []
        pixels = np.flatnonzero(chosen & (self._partner < 0) & (self._degrees > 0))
        while pixels.size:
            pixels, labels = self._edges(pixels)
            fresh = before[labels] < 0
            pixels, labels = pixels[fresh], labels[fresh]
            before[labels] = pixels  # of several the last one
            once = before[labels] == pixels
            pixels, labels = pixels[once], labels[once]
            partners = self._partner_of_label[labels]
            is_end = partners < 0
            roots, at = np.unique(root[pixels[is_end]], return_index=True)
            ends.append(labels[is_end][at])
            is_done[roots] = True
            root[partners[~is_end]] = root[pixels[~is_end]]
            pixels = partners[~is_end]
            pixels = pixels[~is_done[root[pixels]]]
        return np.concatenate([*ends, np.zeros(0, np.intp)]), before

    def _edges(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gives all pairs that some predicted pixels could be in."""
        degrees = self._degrees[pixels]
        first = np.repeat(self._starts[pixels] - np.cumsum(degrees) + degrees, degrees)
        return np.repeat(pixels, degrees), self._labels[first + np.arange(len(first))]

    def _pair(self, labels: np.ndarray, before: np.ndarray) -> None:
        """Takes the paths that end in some label pixels, each pixel with the label before it."""
        while labels.size:
            pixels = before[labels]
            previous = self._partner[pixels]
            self._partner[pixels] = labels
            self._partner_of_label[labels] = pixels
            labels = previous[previous >= 0]


def _neighbours(
    found: np.ndarray, rows: np.ndarray, columns: np.ndarray, distance: float
) -> np.ndarray:
    """Numbers the predicted pixels near each of some pixels; -1 where there is none."""
    reach = math.floor(distance)
    number = np.full(np.add(found.shape, 2 * reach), -1)
    inner = number[reach : reach + found.shape[0], reach : reach + found.shape[1]]
    inner[found] = np.arange(np.count_nonzero(found))
    steps = range(-reach, reach + 1)
    offsets = [(y, x) for y in steps for x in steps if y * y + x * x <= distance * distance]
    return np.stack([number[rows + reach + y, columns + reach + x] for y, x in offsets], axis=1)
