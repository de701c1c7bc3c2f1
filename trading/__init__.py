"""Technology trades: pure rules, no I/O, no clock, no chance."""
