"""The sentences. A keyword is a call and a sentence."""
