"""Pure builders of what people are shown: allow-lists of fields, never an envelope."""
