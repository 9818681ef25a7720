"""Pictures made of pixel-exact maps: images, labels, predictions, errors and attention masks."""
