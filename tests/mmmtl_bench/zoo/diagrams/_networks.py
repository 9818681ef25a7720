"""A network of a backbone with two stages and two tasks, as pictures know it."""

from mmmtl_bench.zoo.diagrams.shapes import MapShape, Network

TASKS = ('seg', 'depth')


def stages_of_two(**others):
    shapes = {'backbone[0]': MapShape(64, 4), 'backbone[1]': MapShape(128, 8), **others}
    return Network(TASKS, shapes)
