"""From ``str`` to tokens: fold table, tokens, paragraphs, markup readers."""
