import sqlite3


class ProductCatalog:
    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.create_function("matches", 2, self._matches, deterministic=True)
        self._connection.create_collation("unicode_nocase", self._compare)
        self._connection.execute("CREATE TABLE products (name TEXT, price INTEGER)")

    @staticmethod
    def _matches(name: str, text: str) -> bool:
        return f" {text.casefold()}" in f" {name.casefold()}"

    @staticmethod
    def _compare(left: str, right: str) -> int:
        a, b = left.casefold(), right.casefold()
        return (a > b) - (a < b)

    def add_product(self, product_name: str, price_cents: int) -> None:
        self._connection.execute("INSERT INTO products VALUES (?, ?)", (product_name, price_cents))

    def search_products(self, search_text: str, max_results: int) -> list[tuple[str, int]]:
        return self._connection.execute(
            "SELECT name, price FROM products WHERE matches(name, ?) ORDER BY name COLLATE unicode_nocase LIMIT ?",
            (search_text, max_results),
        ).fetchall()
