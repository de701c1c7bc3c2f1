"""The source itself is the subject: README, generated pages, tidiness."""
