"""Log to browser. Its pages and push come with the live room."""
