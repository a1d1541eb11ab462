"""The inbox in the browser: stories by urgency, side by side with the knowledge they touch.

Pages are rendered on this machine, for this machine: loopback only, no script, nothing from
elsewhere, and every form carries a token. Begin with `app.create_inbox_app`.
"""

from safeconduct.web.inbox.app import create_inbox_app

__all__ = ["create_inbox_app"]
