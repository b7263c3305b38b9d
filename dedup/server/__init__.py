"""The language server: findings in the editor, while people write."""
