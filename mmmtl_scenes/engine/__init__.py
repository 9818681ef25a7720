"""From solids, materials and light to images with exact labels."""
