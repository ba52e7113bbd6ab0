"""The road from Connexion 2 to 3, walked in a copy: what is changed, what is left, what differs then."""
