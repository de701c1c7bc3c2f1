"""What puts something on the log, without a broker."""
