def collect_all_items(fetch_page):
    items = []
    cursor = None
    while True:
        page, cursor = fetch_page(cursor)
        items.extend(item for item in page if item not in items)
        if cursor is None:
            return items
