import sqlite3


class ProductCatalog:
    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE TABLE products (name TEXT, search_name TEXT, price INTEGER)")

    def add_product(self, product_name: str, price_cents: int) -> None:
        self._db.execute("INSERT INTO products VALUES (?, ?, ?)", (product_name, product_name.lower(), price_cents))

    def search_products(self, search_text: str, max_results: int) -> list[tuple[str, int]]:
        escaped = search_text.lower().replace("%", "\\%").replace("_", "\\_")
        rows = self._db.execute(
            "SELECT name, price FROM products WHERE search_name LIKE ? ESCAPE '\\' ORDER BY search_name LIMIT ?",
            (f"%{escaped}%", max_results),
        )
        return [(name, price) for name, price in rows]
