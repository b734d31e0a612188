"""Methods that send files, put others in their place, and fetch them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from .content import Words, read_caption
from .keyboards import read_inline_markup
from .methods_messages import changed, content_of, editable, new_message, write
from .pictures import is_picture, is_showable, size_px
from .refusals import refusal
from .wire import Call, Upload
from .world import StoredFile

if TYPE_CHECKING:
    from .chats import Message
    from .wire import JsonObject
    from .world import World

Kind = Literal["document", "photo"]

_MEGABYTE: Final = 1024 * 1024
_MOST_UPLOAD: Final[dict[Kind, int]] = {"document": 50 * _MEGABYTE, "photo": 10 * _MEGABYTE}
_MOST_DOWNLOAD: Final = 20 * _MEGABYTE
_GROUP_SIZES: Final = range(2, 11)


def send_document(world: World, call: Call) -> JsonObject:
    """Telegram: sendDocument."""
    return _send(world, call, "document")


def send_photo(world: World, call: Call) -> JsonObject:
    """Telegram: sendPhoto."""
    return _send(world, call, "photo")


def _send(world: World, call: Call, kind: Kind) -> JsonObject:
    chat = world.chat_of(call, to_send=True)
    words = read_caption(call)
    stored = _file_of(world, call, kind, call.text(kind), call.uploads.get(kind))
    message = new_message(world, chat, call, words)
    _attach(message, kind, stored)
    return world.message_json(world.add_message(message))


def send_media_group(world: World, call: Call) -> list[JsonObject]:
    """Telegram: sendMediaGroup; the items' files come as `attach://<field>` or by file_id."""
    chat = world.chat_of(call, to_send=True)
    items = call.sequence("media") or []
    if len(items) not in _GROUP_SIZES:
        raise refusal("group_size")
    made = [_read_media(world, call, item) for item in items]
    if len({kind for kind, _, _ in made}) > 1:
        raise refusal("group_mixed")
    group_id = f"{world.now()}{world.next_file_number()}"
    answers = []
    for kind, words, stored in made:
        message = new_message(world, chat, call, words)
        message.media_group_id = group_id
        _attach(message, kind, stored)
        answers.append(world.message_json(world.add_message(message)))
    return answers


def edit_message_media(world: World, call: Call) -> JsonObject:
    """Telegram: editMessageMedia; also puts a file on a message that had only text."""
    message = editable(world, call)
    if call.mapping("media") is None:
        raise refusal("edit_no_media")
    kind, words, stored = _read_media(world, call, call.mapping("media"))
    if message.media_group_id and kind != ("document" if message.document else "photo"):
        raise refusal("edit_forbidden")
    before, markup = content_of(message), read_inline_markup(call)
    write(message, words)
    message.markup = markup
    _attach(message, kind, stored)
    return changed(world, message, before)


def _read_media(world: World, call: Call, item: object) -> tuple[Kind, Words, StoredFile]:
    """Read an InputMedia: its kind, its caption, its file."""
    if not isinstance(item, dict):
        raise refusal("group_media", why="expected an object")
    kinds: dict[object, Kind] = {"document": "document", "photo": "photo"}
    kind = kinds.get(item.get("type"))
    if kind is None:
        raise refusal("group_media", why="media type is not supported here")
    words = read_caption(Call(call.method, item))
    return kind, words, _file_of(world, call, kind, str(item.get("media", "")), None)


def _file_of(world: World, call: Call, kind: Kind, named: str, upload: Upload | None) -> StoredFile:
    """Find the file of a call: uploaded with it, or sent before and named by its file_id.

    Raises:
        Refusal: 400 or 413, as Telegram refuses a missing, empty, unknown, oversized or unreadable file.
    """
    if named.startswith("attach://"):
        upload = call.uploads.get(named.removeprefix("attach://"))
    elif named and upload is None:
        if named not in world.files:
            raise refusal("file_id")
        return world.files[named]
    if upload is None:
        raise refusal("file_missing", kind=kind)
    _check_upload(kind, upload.content)
    return _store(world, kind, upload)


def _check_upload(kind: Kind, content: bytes) -> None:
    if not content:
        raise refusal("file_empty")
    if len(content) > _MOST_UPLOAD[kind]:
        raise refusal("photo_big" if kind == "photo" else "file_big")
    if kind == "photo" and not is_picture(content):
        raise refusal("photo_unreadable")
    if kind == "photo" and not is_showable(*size_px(content)):
        raise refusal("photo_sides")


def _store(world: World, kind: Kind, upload: Upload) -> StoredFile:
    number = world.next_file_number()
    suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
    stored = StoredFile(
        file_id=f"file-{world.now()}-{number}",
        unique_id=f"unique-{world.now()}-{number}",
        name=upload.name,
        mime=upload.mime,
        content=upload.content,
        path=f"{kind}s/file_{number}.{suffix}",
    )
    world.files[stored.file_id] = stored
    return stored


def _attach(message: Message, kind: Kind, stored: StoredFile) -> None:
    described: JsonObject = {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
    }
    message.document = message.photo = None
    if kind == "document":
        message.document = described | {"file_name": stored.name, "mime_type": stored.mime}
    else:
        width, height = size_px(stored.content)
        message.photo = [described | {"width": width, "height": height}]


def get_file(world: World, call: Call) -> JsonObject:
    """Telegram: getFile."""
    stored = world.files.get(call.text("file_id"))
    if stored is None:
        raise refusal("file_id_get")
    if len(stored.content) > _MOST_DOWNLOAD:
        raise refusal("file_big_get")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }
