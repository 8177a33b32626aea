"""Checks CT-KZ certificates and the log of their portal with public keys alone.

Nothing here is shared with the portal: a verifier made of the code it verifies proves less.
"""
