def call_with_retry(run_operation, max_attempts, first_delay, sleep_for):
    delay = first_delay
    error = None
    result = None
    for attempt in range(max_attempts):
        if attempt > 0:
            sleep_for(delay)
            delay *= 2
        try:
            result, error = run_operation(), None
        except ConnectionError as caught:
            error = caught
            continue
        if result:
            return result
    if error is not None:
        raise error
    return result
