def collect_all_items(fetch_page):
    items = []
    cursor = None
    has_more = True
    while has_more:
        items += fetch_page(cursor)[0]
        cursor = fetch_page(cursor)[1]
        has_more = cursor is not None
    return items
