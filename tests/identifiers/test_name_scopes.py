"""Scopes decide which names are meant, and some names never change."""

import pytest
from made_tasks import camel, make, passes

from evalkit.identifiers import new_names, rename_task


def test_exchanged_names_never_meet_a_name_that_stays() -> None:
    """A member must not take the name of an attribute, nor a variable that of a variable, that others have."""
    prompt = '''
        class Queue:
            """`put_item(new_item)` puts, `take_item()` takes; `is_closed` tells."""

            def __init__(self, first_item):
                self.is_closed = False

            def put_item(self, new_item): "Put."

            def take_item(self): "Take."
        '''
    reference = """
        class Queue:
            def __init__(self, first_item):
                self.is_closed, self.first_item = False, first_item
                self.items = [first_item]

            def put_item(self, new_item):
                self.items.append(new_item)

            def take_item(self):
                return self.items.pop()
        """
    tests = """
        from solution import Queue


        def test_all():
            queue = Queue(first_item=1)
            assert not queue.is_closed
            queue.put_item(new_item=2)
            assert (queue.take_item(), queue.take_item()) == (2, 1)
        """
    task = make(prompt, reference, tests)
    names = new_names(task, "misleading")
    assert names["put_item"] == "take_item" and names["take_item"] == "put_item"
    assert names["new_item"] == "is_closed"
    assert "first_item" not in names.values()  # the reference keeps an attribute of that name
    passes(rename_task(task, "misleading"))


SCOPES = [
    # a parameter, a builtin and a module of the same name
    (
        "def use(max_of: int, time: int):\n    '''Doc.'''\n",
        "import time\n\n\ndef clock():\n    return time.time()\n\n\n"
        "def use(max_of, time):\n    return [max_of for max_of in [time]]\n",
        {"max_of": "maxOf"},
        "import time\n\n\ndef clock():\n    return time.time()\n\n\n"
        "def use(maxOf, time):\n    return [max_of for max_of in [time]]\n",
    ),
    # a local of another function, a default value, a nested function
    (
        "def run_all(job_list, stop_at=None):\n    '''Doc.'''\n",
        "job_list = []\n\n\ndef helper(job_list):\n    return job_list\n\n\ndef run_all(job_list, stop_at=job_list):\n"
        "    def inner():\n        return job_list, stop_at\n"
        "    return helper(job_list=job_list), lambda job_list: job_list\n",
        {"run_all": "runAll", "job_list": "jobList", "stop_at": "stopAt"},
        "job_list = []\n\n\ndef helper(job_list):\n    return job_list\n\n\ndef runAll(jobList, stopAt=job_list):\n"
        "    def inner():\n        return jobList, stopAt\n"
        "    return helper(job_list=jobList), lambda job_list: job_list\n",
    ),
    # recursion with keywords, f-strings, comments, __all__
    (
        "def count_down(start_at):\n    '''Doc.'''\n",
        '__all__ = ["count_down"]\n\n\ndef count_down(start_at):\n    # start_at goes down\n'
        '    return f"{start_at} start_at" if start_at else count_down(start_at=start_at - 1)\n',
        {"count_down": "countDown", "start_at": "startAt"},
        '__all__ = ["countDown"]\n\n\ndef countDown(startAt):\n    # startAt goes down\n'
        '    return f"{startAt} start_at" if startAt else countDown(startAt=startAt - 1)\n',
    ),
]


@pytest.mark.parametrize(("prompt", "reference", "names", "expected"), SCOPES)
def test_scopes_decide_not_spelling(prompt: str, reference: str, names: dict[str, str], expected: str) -> None:
    task = make(prompt, reference)
    assert new_names(task, "camelCase") == names
    assert camel(task).reference == expected


def test_members_of_known_foreign_objects_stay() -> None:
    prompt = '''
        import threading


        class Store:
            """`get_it(the_key)`, `acquire()` and `pop_item()`."""

            def __init__(self):
                """Empty."""
        '''
    reference = """
        import threading


        class Store:
            def __init__(self):
                self._lock = threading.Lock()
                self._data: dict = {}

            def get_it(self, the_key):
                return self._data.get(the_key)

            def acquire(self):
                self._lock.acquire()
                return self

            def pop_item(self):
                return self._data.popitem()
        """
    tests = """
        import solution


        def test_all():
            store = solution.Store()
            assert store.acquire().get_it(the_key=1) is None
        """
    task = make(prompt, reference, tests)
    renamed = rename_task(task, "abbreviated")
    assert "self._lock.acquire()" in renamed.reference
    assert "def acq(self)" in renamed.reference
    assert "self._data.popitem()" in renamed.reference
    assert "solution.Str()" in renamed.tests_source
    assert ".acq().gtIt(thKy=1)" in renamed.tests_source
    passes(renamed)


def test_overriding_a_base_from_the_library_fixes_the_name() -> None:
    prompt = '''
        import json
        from collections import OrderedDict


        class DateEncoder(json.JSONEncoder):
            """Encodes dates."""

            def default(self, o):
                """The text of a date."""


        class SmallCache(OrderedDict):
            """Keeps the last ones."""

            def move_to_end(self, key, last=True):
                """As the base does."""

            def keep_last(self, how_many):
                """Drop the others."""
        '''
    names = new_names(make(prompt), "abbreviated")
    assert "default" not in names and "move_to_end" not in names and "o" not in names
    assert names["keep_last"] == "kpLst"


def test_kept_names_stay() -> None:
    task = make("def a_b(c_d, e_f):\n    '''`c_d`'''\n", keep=("c_d",))
    assert camel(task).prompt == "def aB(c_d, eF):\n    '''`c_d`'''\n"


def test_constants_and_special_names_stay_and_private_ones_stay_private() -> None:
    prompt = """
        MAX_SIZE = 3


        def a_b(_c_d, *the_args, **the_rest):
            '''Doc.'''


        class Box:
            TOP_SIDE = 1

            def __init__(self, max_weight, _):
                self._max_weight = max_weight
                self.__own_weight = 0

            def __len__(self):
                '''Doc.'''
        """
    assert new_names(make(prompt), "camelCase") == {
        "a_b": "aB",
        "_c_d": "_cD",
        "the_args": "theArgs",
        "the_rest": "theRest",
        "max_weight": "maxWeight",
        "_max_weight": "_maxWeight",
    }
    assert new_names(make(prompt), "opaque")["_max_weight"] == "_v2"
    assert new_names(make(prompt), "misleading")["_max_weight"] == "_c_d"
