import gunicorn.app.base

from vault.app import create_app


class Standalone(gunicorn.app.base.BaseApplication):
    def __init__(self, app, options=None):
        self.options = options or {}
        self.application = app
        super().__init__()

    def load_config(self):
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self):
        return self.application


def main():
    app = create_app()
    Standalone(app, {"bind": "0.0.0.0:8080", "workers": 2}).run()
