"""What the committee does: the queue, the decisions, the grants. The only one who spends."""
