"""The read model, made of the log: pure `project` functions beside one runner that writes."""
