"""Time and memory of training steps and predictions, beside plain code and the machine's floor."""
