"""Product endpoints."""

from flask import current_app


def list_products(in_stock: int = 0):
    stock = current_app.config["STOCK"]
    return {"products": stock.at_least(in_stock)}


def get_product(name: str):
    pieces = current_app.config["STOCK"].pieces
    if name not in pieces:
        return {"detail": "Not in our range"}, 404
    return {"name": name, "pieces": pieces[name]}
