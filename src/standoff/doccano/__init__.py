"""The round trip to doccano: a server of one's own, rounds pushed to annotators and pulled back, and an audit.

Only `client` needs the extra [doccano]; the server runs in an environment of its own and is never imported.
"""
