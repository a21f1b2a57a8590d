"""From message to facts: extract, claim, fold, log, index; and forget."""
