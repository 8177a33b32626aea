"""Electronic signatures of the national certification authority (НУЦ РК): CMS, RSA and GOST.

`verifying.verify_signature` gives the verdict, `verdicts` names its reasons; `authority` and
`stand_in` play the national authority and its desktop program where neither can be reached.
"""
