import connexion

from openapi_server.models.pet import Pet

PETS = {1: Pet(1, 'Rex'), 2: Pet(2, 'Tom', 'cat')}


def list_pets(limit=None):
    return list(PETS.values())[:limit]


def show_pet(pet_id):
    if pet_id not in PETS:
        return {'error': 'no such pet'}, 404
    return PETS[pet_id]


def create_pet(pet=None):
    if connexion.request.is_json:
        pet = Pet.from_dict(connexion.request.get_json())
    return pet, 201


def find_pets(name, sure=None):
    return [pet for pet in PETS.values() if pet.name == name]
