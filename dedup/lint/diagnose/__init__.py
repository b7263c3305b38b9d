"""From repeats to findings: where places end, what differs, what a finding is called."""
