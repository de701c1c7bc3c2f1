"""好成果路演 sessions: pure rules, no I/O, no clock, no chance. They come with the live room."""
