from mmmtl.visualization.local_visualizer import MultiTaskLocalVisualizer
from mmmtl.visualization.panel_row import PanelRow
from mmmtl.visualization.panels import draw_panels

__all__ = ['MultiTaskLocalVisualizer', 'PanelRow', 'draw_panels']
