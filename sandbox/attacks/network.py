"""network: looks for any way out but the loopback interface."""

from pathlib import Path


def attack():
    devices = Path("/proc/net/dev").read_text().splitlines()[2:]
    found = [name for name in (line.split(":")[0].strip() for line in devices) if name != "lo"]
    routes = Path("/proc/net/route").read_text().splitlines()[1:]
    gained = [f"interface {name}" for name in found] + [f"route {route.split()[0]}" for route in routes]
    return ", ".join(gained)
