import sqlite3


class ProductCatalog:
    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute("CREATE TABLE products (name TEXT, price_cents INTEGER)")

    def add_product(self, product_name: str, price_cents: int) -> None:
        with self._connection:
            self._connection.execute("INSERT INTO products VALUES (?, ?)", (product_name, price_cents))

    def search_products(self, search_text: str, max_results: int) -> list[tuple[str, int]]:
        cursor = self._connection.execute(
            "SELECT name, price_cents FROM products WHERE name LIKE ? ORDER BY name COLLATE NOCASE LIMIT ?",
            (f"%{search_text}%", max_results),
        )
        return cursor.fetchall()
