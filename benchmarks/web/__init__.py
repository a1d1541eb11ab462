"""How many people the guide can serve at once, beside a bare Starlette page and a Django page."""
