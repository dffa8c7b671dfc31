class ProductCatalog:
    """Products in an SQLite database in memory, for a search field.

    `add_product(product_name, price_cents)` adds one. `search_products(search_text, max_results)` returns
    the products whose name contains the text, as `(product_name, price_cents)`, in alphabetical order of the names and
    at most `max_results` of them. Upper and lower case do not matter, and empty text finds every product.

    >>> catalog = ProductCatalog()
    >>> catalog.add_product("tea pot", 2500)
    >>> catalog.add_product("tea cup", 800)
    >>> catalog.add_product("spoon", 300)
    >>> catalog.search_products("tea", max_results=10)
    [('tea cup', 800), ('tea pot', 2500)]
    """

    def __init__(self) -> None:
        """Open the database and create its table with the module sqlite3."""
