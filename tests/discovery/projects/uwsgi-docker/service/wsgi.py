from service.factory import make

app = make()
