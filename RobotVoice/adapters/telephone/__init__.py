"""A call over a Twilio number: its plan, the account (REST), the door (webhooks and the media stream), and the call.

All but the plan need the extra `twilio`, and are imported once a call is begun.
"""
