"""One bidding (SM-06): from the schedule over the lobby to a deal, or none."""
