"""Facts by a language model: it proposes, the message has to prove it."""
