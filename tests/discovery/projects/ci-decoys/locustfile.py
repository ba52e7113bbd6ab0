from locust import HttpUser


class User(HttpUser):
    pass
