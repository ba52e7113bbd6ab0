"""connexion-doctor: will this Connexion app serve under the server that starts it?"""

__version__ = "0.1.0"
