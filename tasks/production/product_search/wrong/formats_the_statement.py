import sqlite3


class ProductCatalog:
    def __init__(self) -> None:
        self.conn = sqlite3.connect(":memory:")
        self.conn.execute("CREATE TABLE products (name TEXT NOT NULL, price INTEGER NOT NULL)")

    def add_product(self, product_name: str, price_cents: int) -> None:
        self.conn.execute("INSERT INTO products (name, price) VALUES (?, ?)", (product_name, price_cents))
        self.conn.commit()

    def search_products(self, search_text: str, max_results: int) -> list[tuple[str, int]]:
        query = f"""
            SELECT name, price FROM products
            WHERE name LIKE '%{search_text}%'
            ORDER BY name COLLATE NOCASE
            LIMIT {max_results}
        """
        return self.conn.execute(query).fetchall()
