"""Search and lending."""

from dataclasses import asdict, dataclass


@dataclass
class Book:
    isbn: str
    title: str
    year: int
    lent: bool = False


SHELF = {
    book.isbn: book
    for book in (
        Book("9780141439518", "Pride and Prejudice", 1813),
        Book("9780141439563", "Great Expectations", 1861),
        Book("9780141441146", "Jane Eyre", 1847),
    )
}


def search(before: int = 2100):
    return [asdict(book) for book in SHELF.values() if book.year < before]


def lend(isbn: str, user: str):
    book = SHELF.get(isbn)
    if book is None:
        return {"detail": "No such book"}, 404
    if book.lent:
        return {"detail": "Already lent"}, 409
    book.lent = True
    return {"isbn": isbn, "reader": user}
