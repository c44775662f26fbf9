"""What a synthetic participant and their phone do, as events on the continuous UTC timeline."""
