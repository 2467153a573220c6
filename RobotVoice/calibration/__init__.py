"""How truly this machine measures today: calls to an agent that knows when it fell silent."""
