import sqlite3


class ProductCatalog:
    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE TABLE product (name TEXT, price_cents INTEGER)")

    def add_product(self, product_name: str, price_cents: int) -> None:
        self._db.execute("INSERT INTO product (name, price_cents) VALUES (?, ?)", (product_name, price_cents))

    def search_products(self, search_text: str, max_results: int) -> list[tuple[str, int]]:
        rows = self._db.execute(
            "SELECT name, price_cents FROM product WHERE instr(name, ?) LIMIT ?", (search_text, max_results)
        )
        return sorted(rows, key=lambda row: row[0].lower())
