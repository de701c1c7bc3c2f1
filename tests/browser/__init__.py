"""The pages in Chromium, as each user meets them."""
