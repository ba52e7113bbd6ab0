from openapi_server.models.base_model import Model


class Pet(Model):
    openapi_types = {'id': int, 'name': str, 'tag': str}

    def __init__(self, id=None, name=None, tag=None):
        self.id = id
        self.name = name
        self.tag = tag

    @classmethod
    def from_dict(cls, given):
        return cls(**{name: given.get(name) for name in cls.openapi_types})
