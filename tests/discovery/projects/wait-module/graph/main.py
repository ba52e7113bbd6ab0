from connexion import AsyncApp

app = AsyncApp("graph")
