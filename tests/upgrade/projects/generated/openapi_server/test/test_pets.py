from openapi_server.controllers import pets_controller


def test_limit():
    assert len(pets_controller.list_pets(1)) == 1


def test_models():
    assert pets_controller.PETS[1].to_dict() == {'id': 1, 'name': 'Rex', 'tag': None}
