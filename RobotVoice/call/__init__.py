"""The call: full duplex, on one clock. All but `call.py` and `line.py` is pure."""
