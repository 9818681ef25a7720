"""The visualizer that draws all tasks of a data sample side by side."""

from __future__ import annotations

import numpy as np
from mmengine.dist import master_only
from mmengine.visualization import Visualizer
from mmseg.registry import VISUALIZERS
from mmseg.structures import SegDataSample

from mmmtl.tasks import tasks_in
from mmmtl.visualization.sheets.panel_row import PanelRow
from mmmtl.visualization.sheets.panels import draw_panels


@VISUALIZERS.register_module()
class MultiTaskLocalVisualizer(Visualizer):
    """Draws image, label and prediction of every task, with a legend or a colour bar for each.

    ``dataset_meta``, which the runner sets, tells of the tasks (:func:`mmmtl.tasks.tasks_in`);
    without it the picture has plain numbers, colours of our own and no unit. See
    :func:`mmmtl.visualization.sheets.panels.draw_panels` for what the picture looks like.

    Args:
        name: Name of the instance. Defaults to ``'visualizer'``.
        image: RGB image of shape (H, W, 3) to start with. Defaults to None.
        vis_backends: Configs of the storage backends. Defaults to None: none.
        save_dir: Folder of the storage backends. Defaults to None: nothing is stored.
        panel_width: Width of each column of a picture in pixels. Defaults to None: a multiple of
            the image's width near 512, or 512 if the image is wider.
    """

    def __init__(
        self,
        name: str = 'visualizer',
        image: np.ndarray | None = None,
        vis_backends: list[dict] | dict | None = None,
        save_dir: str | None = None,
        panel_width: int | None = None,
    ) -> None:
        super().__init__(name, image, vis_backends, save_dir)
        if panel_width is not None and panel_width < 1:
            raise ValueError(f'panel_width: expected a positive width, found {panel_width}.')
        self.panel_width = panel_width

    @master_only
    def add_datasample(
        self,
        name: str,
        image: np.ndarray,
        data_sample: SegDataSample | None = None,
        draw_gt: bool = True,
        draw_pred: bool = True,
        show: bool = False,
        wait_time: float = 0,
        out_file: str | None = None,
        step: int = 0,
    ) -> None:
        """Draws one picture and shows or stores it; ``get_image()`` gives it afterwards.

        Args:
            name: Name of the picture in the backends.
            image: RGB, uint8 of shape (H, W, 3). It is stretched to the shape of the maps where
                the two differ.
            data_sample: Labels and predictions; every task that has one is drawn. Defaults to None:
                the image alone.
            draw_gt: Whether to draw the labels. Defaults to True.
            draw_pred: Whether to draw the predictions. Defaults to True.
            show: Whether to open a window. Defaults to False.
            wait_time: Seconds to keep the window open, 0 for ever. Defaults to 0.
            out_file: Picture to write instead of handing it to the backends. Defaults to None.
            step: Step of the picture in the backends. Defaults to 0.

        Raises:
            ValueError: If the image is not uint8 of shape (H, W, 3), or a class id has no colour in
                the palette.
        """
        tasks = tasks_in(self.dataset_meta).values()
        row = PanelRow.from_data_sample(image, data_sample, draw_gt, draw_pred, tasks=tasks)
        picture = draw_panels([row], self.dataset_meta, out_file, self.panel_width)
        self.set_image(picture)
        if show:
            self.show(picture, win_name=name, wait_time=wait_time)
        if out_file is None:
            self.add_image(name, picture, step)
