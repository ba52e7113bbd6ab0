from invent import create_app

app = create_app("server")
