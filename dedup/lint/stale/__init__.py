"""Copies that went stale: passages that were edited, and other places that keep the old wording (DUP006)."""
