"""Reactors on each broker: reminders, and several workers."""
