import sqlite3


class ProductCatalog:
    """Beside each name its case-folded form, in which instr looks for the case-folded text."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute("CREATE TABLE product (name TEXT, folded TEXT, price_cents INTEGER)")

    def add_product(self, product_name: str, price_cents: int) -> None:
        """Add a product."""
        row = (product_name, product_name.casefold(), price_cents)
        with self._database:
            self._database.execute("INSERT INTO product VALUES (?, ?, ?)", row)

    def search_products(self, search_text: str, max_results: int) -> list[tuple[str, int]]:
        """Names and prices of what is found."""
        statement = "SELECT name, price_cents FROM product WHERE instr(folded, ?) > 0 ORDER BY folded, name LIMIT ?"
        return self._database.execute(statement, (search_text.casefold(), max_results)).fetchall()
