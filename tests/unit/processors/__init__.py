"""What runs behind the log, without a broker."""
