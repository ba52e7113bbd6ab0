class Model:
    openapi_types = {}

    def to_dict(self):
        return {name: getattr(self, name) for name in self.openapi_types}
