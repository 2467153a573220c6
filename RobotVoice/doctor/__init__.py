"""Can this agent be tested from here? One short call that says what works, and what to do where it does not."""
