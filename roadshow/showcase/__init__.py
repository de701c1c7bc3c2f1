"""A card of the 青岛好成果库 (SM-15): from the nomination to the agenda, and valid for a time."""
