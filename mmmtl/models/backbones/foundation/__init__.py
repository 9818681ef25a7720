"""Models of transformers as backbones: where they come from, their weights and their shape."""
