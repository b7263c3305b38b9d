"""What keeps a finding from being reported: comments, allow-lists, baselines, configuration."""
