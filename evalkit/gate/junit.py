"""JUnit XML: a test case for each check of the gate, for each alarm, and for each task.

A task fails when it was lost: at least half of its samples passed in the baseline, and now fewer do. Its failure names
the requirements that are broken more often. Tasks that failed before are no failures, or every build would be red.
"""

import re
from xml.etree import ElementTree as ET

from evalkit.gate.check import Check, Gate
from evalkit.gate.decision import Outcome
from evalkit.gate.tasks import TaskChange, task_changes
from evalkit.gate.writing import check_line, settling_line
from evalkit.reports.formatting import visible

# What XML 1.0 cannot hold, not even escaped (section 2.2 of the recommendation).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(gate: Gate) -> str:
    """The document, in the form that Jenkins and GitLab read: testsuites, testsuite, testcase with at most one of
    failure and skipped."""
    root = ET.Element("testsuites", name="evalkit gate")
    _suite(root, "gate", [*map(_check_case, gate.checks), *map(_alarm_case, gate.alarms)])
    _suite(root, gate.suite or "tasks", [_task_case(gate.suite, change) for change in task_changes(gate)])
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(root: ET.Element, name: str, cases: list[ET.Element]) -> None:
    kinds = [child.tag for case in cases for child in case]
    attributes = {"name": _text(name), "tests": str(len(cases)), "failures": str(kinds.count("failure"))}
    # No case has an error: schemas do not agree on what the element is called.
    attributes |= {"errors": "0", "skipped": str(kinds.count("skipped")), "time": "0"}
    suite = ET.SubElement(root, "testsuite", attributes)
    suite.extend(cases)


def _case(classname: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=_text(classname), name=_text(name), time="0")


def _check_case(check: Check) -> ET.Element:
    outcome, told = check.decision.outcome, check_line(check)
    case = _case("gate", f"{check.metric} ({check.group})" if check.group else check.metric)
    if outcome is Outcome.REGRESSION:
        ET.SubElement(case, "failure", type=outcome.value, message=_text(told)).text = _text(told)
    elif outcome is Outcome.INCONCLUSIVE:
        settle = f"; {settling_line(check.settling)}" if check.settling else ""
        ET.SubElement(case, "skipped", message=_text(f"inconclusive: {told}{settle}"))
    return case


def _alarm_case(alarm: str) -> ET.Element:
    case = _case("gate", f"alarm: {alarm.split('.')[0]}")
    ET.SubElement(case, "failure", type="alarm", message=_text(alarm)).text = _text(alarm)
    return case


def _task_case(suite: str, change: TaskChange) -> ET.Element:
    case = _case(suite or "tasks", change.task_id)
    passed = f"passes {change.passed_after}, in the baseline {change.passed_before}"
    if change.unscored:
        ET.SubElement(case, "failure", type="unscored", message="no sample of this task is scored")
    elif change.lost:
        message = f"{passed}; broke {'; '.join(change.broke)}" if change.broke else passed
        ET.SubElement(case, "failure", type="lost", message=_text(message)).text = _text("\n".join(change.broke))
    broken = f"; broken by any sample: {', '.join(change.breaks)}" if change.breaks else ""
    ET.SubElement(case, "system-out").text = _text(f"{passed}{broken}")
    return case


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(visible(text)))
