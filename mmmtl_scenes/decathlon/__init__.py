"""Ten small domains of pictures with one class each, as different as the Visual Decathlon's."""
