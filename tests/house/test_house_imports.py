"""Which room may import which. The table is the architecture; change it knowingly."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = {"legalpro", "bot", "webhooks", "payments", "daraja", "storage", "reports", "sandbox"}

MAY_IMPORT: dict[str, set[str]] = {
    "legalpro": ROOMS,
    "bot": {"payments", "reports"},
    "webhooks": {"payments", "daraja.callbacks", "daraja.payout_callbacks"},
    "payments": set(),
    "daraja": set(),
    "daraja/gateway.py": {"payments"},
    "daraja/callbacks.py": {"payments"},
    "daraja/payout_gateway.py": {"payments"},
    "daraja/payout_callbacks.py": {"payments"},
    "storage": {"payments"},
    "reports": {"payments"},
    "sandbox": set(),
}
FRAMEWORKS = {
    "telegram": {"bot"},
    "aiohttp": {"webhooks", "sandbox", "legalpro"},
    "httpx": {"daraja", "sandbox", "legalpro", "bot"},
    "beanie": {"storage"},
    "pymongo": {"storage"},
    "prometheus_client": {"legalpro"},
}
"""Each outside library has its rooms. `bot` needs httpx to tell why a send of Telegram's library failed."""

AWAIT_IN_PAYMENTS = {
    "admins.py", "auditing.py", "due_work.py", "engine.py", "service.py", "wake.py",
    "refunds/engine.py", "refunds/service.py", "billing/receipts.py",
    "analytics/bookkeeping.py", "rulings/service.py", "roll_keeping.py", "briefs.py", "silence.py",
    "billing/reminding.py",
}  # fmt: skip


def files() -> list[Path]:
    return [path for room in sorted(ROOMS) for path in sorted((ROOT / room).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def allowed(path: Path) -> set[str]:
    inside = path.relative_to(ROOT)
    room = inside.parts[0]
    return {room} | MAY_IMPORT.get(inside.as_posix(), MAY_IMPORT[room])


def within(name: str, rooms: set[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") or room.startswith(f"{name}.") for room in rooms)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_room_imports_only_what_the_table_allows(path: Path) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] in ROOMS}
    strangers = sorted(name for name in ours if not within(name, allowed(path)))
    assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}: go through a port instead"


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_an_outside_library_stays_in_its_rooms(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    used = {name.split(".")[0] for name in imports(path)}
    astray = sorted(name for name, rooms in FRAMEWORKS.items() if name in used and room not in rooms)
    assert not astray, f"{path.relative_to(ROOT)} uses {astray}: that library belongs elsewhere"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "payments").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_the_rules_wait_for_nothing(path: Path) -> None:
    if path.relative_to(ROOT / "payments").as_posix() in AWAIT_IN_PAYMENTS:
        return
    waiting = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Await)]
    assert not waiting, f"{path.name} awaits: decide from plain values, leave waiting to the engine"


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
