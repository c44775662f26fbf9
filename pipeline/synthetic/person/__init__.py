"""Who a synthetic participant is and what befalls them, day by day."""
