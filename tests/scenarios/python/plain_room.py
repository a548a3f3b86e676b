"""matrix-nio in a room without encryption: two accounts, everything an everyday client does.

    plain_room.py SERVER FIRST_USERNAME SECOND_USERNAME

Ends with 0 when all went well; otherwise says on standard error what did not. Nothing here may wait
on time: a wait is a /sync that returns when something happens, bounded as a whole.
"""

import asyncio
import io
import sys
from collections.abc import Callable
from typing import Any

from nio import (
    AsyncClient,
    AsyncClientConfig,
    DownloadResponse,
    EphemeralEvent,
    Event,
    JoinedMembersResponse,
    JoinResponse,
    LoginResponse,
    LogoutResponse,
    MessageDirection,
    ProfileGetDisplayNameResponse,
    ProfileSetDisplayNameResponse,
    ReceiptEvent,
    RegisterResponse,
    Response,
    RoomContextResponse,
    RoomCreateResponse,
    RoomForgetResponse,
    RoomInviteResponse,
    RoomLeaveResponse,
    RoomMessagesResponse,
    RoomMessageText,
    RoomPutStateResponse,
    RoomReadMarkersResponse,
    RoomRedactResponse,
    RoomSendResponse,
    RoomTypingResponse,
    RoomVisibility,
    SyncResponse,
    TypingNoticeEvent,
    UploadResponse,
)

PATIENCE_SECONDS = 90
SYNC_TIMEOUT_MS = 30_000
PASSWORD = "a password for nobody"
MESSAGES = 25
# Enough that no message falls into a gap of the timeline.
SYNC_FILTER = {"room": {"timeline": {"limit": 2 * MESSAGES}}}


def answered(response: Any, expected: type[Response]) -> Any:
    """The response, which must be of the type that success has."""
    assert isinstance(response, expected), f"expected {expected.__name__}, got {response}"
    return response


class Person:
    """One account at one client, which remembers what it has seen."""

    def __init__(self, server: str, username: str) -> None:
        config = AsyncClientConfig(encryption_enabled=False, max_limit_exceeded=0, max_timeouts=0)
        self.client = AsyncClient(server, username, config=config)
        self.events: list[Event] = []
        self.ephemeral: list[EphemeralEvent] = []
        self.client.add_event_callback(lambda _room, event: self.events.append(event), Event)
        self.client.add_ephemeral_callback(
            lambda _room, event: self.ephemeral.append(event), (TypingNoticeEvent, ReceiptEvent)
        )

    @property
    def user(self) -> str:
        return self.client.user_id

    async def enter(self, username: str) -> None:
        """Registers, leaves, and comes back with the password."""
        answered(await self.client.register(username, PASSWORD, "matrix-nio"), RegisterResponse)
        answered(await self.client.logout(), LogoutResponse)
        answered(await self.client.login(PASSWORD, "matrix-nio"), LoginResponse)
        await self.synchronise()

    async def synchronise(self) -> None:
        timeout = SYNC_TIMEOUT_MS if self.client.next_batch else 0
        answered(await self.client.sync(timeout=timeout, sync_filter=SYNC_FILTER), SyncResponse)

    async def until(self, what: str, check: Callable[[], Any]) -> Any:
        """Synchronises until the check has an answer."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not (found := check()):
                    await self.synchronise()
                return found
        except TimeoutError:
            raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain for {what}") from None

    def members(self, room: str) -> set[str]:
        known = self.client.rooms.get(room)
        return set(known.users) if known else set()

    def texts(self) -> list[str]:
        return [event.body for event in self.events if isinstance(event, RoomMessageText)]

    async def say(self, room: str, body: str) -> str:
        content = {"msgtype": "m.text", "body": body}
        return answered(await self.client.room_send(room, "m.room.message", content), RoomSendResponse).event_id


async def meet(first: Person, second: Person) -> str:
    """The first creates a room and invites the second, who joins."""
    created = await first.client.room_create(
        visibility=RoomVisibility.private, name="The great hall", topic="Everyday things"
    )
    room = answered(created, RoomCreateResponse).room_id
    answered(await first.client.room_invite(room, second.user), RoomInviteResponse)
    await second.until("the invitation", lambda: room in second.client.invited_rooms)
    answered(await second.client.join(room), JoinResponse)
    joined = await second.until("the room", lambda: second.client.rooms.get(room))
    assert (joined.name, joined.topic) == ("The great hall", "Everyday things"), joined
    await first.until("the guest", lambda: second.user in first.members(room))
    members = answered(await first.client.joined_members(room), JoinedMembersResponse).members
    assert {member.user_id for member in members} == {first.user, second.user}, members
    return room


async def talk(first: Person, second: Person, room: str) -> list[str]:
    """Messages both ways, in order; returns the ids of the first person's."""
    sent = [await first.say(room, f"Message {number}") for number in range(MESSAGES)]
    expected = [f"Message {number}" for number in range(MESSAGES)]
    await second.until("all messages", lambda: second.texts()[-MESSAGES:] == expected)
    await second.say(room, "I read all of them")
    await first.until("the answer", lambda: first.texts()[-1:] == ["I read all of them"])
    return sent


async def show_presence_of_mind(first: Person, second: Person, room: str, last: str) -> None:
    """Typing and receipts reach the other side."""
    answered(await second.client.room_typing(room, True, timeout=30_000), RoomTypingResponse)
    await first.until(
        "the typing notice",
        lambda: any(isinstance(event, TypingNoticeEvent) and second.user in event.users for event in first.ephemeral),
    )
    answered(await second.client.room_read_markers(room, last, last), RoomReadMarkersResponse)
    await first.until(
        "the receipt",
        lambda: any(
            receipt.event_id == last and receipt.user_id == second.user
            for event in first.ephemeral
            if isinstance(event, ReceiptEvent)
            for receipt in event.receipts
        ),
    )


async def look_back(second: Person, room: str, sent: list[str]) -> None:
    """Pages of history without gap or repetition, and the context of one event."""
    found: list[str] = []
    token = second.client.next_batch
    while token:
        page = answered(
            await second.client.room_messages(room, token, direction=MessageDirection.back, limit=10),
            RoomMessagesResponse,
        )
        found += [event.event_id for event in page.chunk]
        token = page.end
    assert len(found) == len(set(found)), "an event came twice"
    assert [event for event in reversed(found) if event in sent] == sent, "the history has gaps"
    middle = answered(await second.client.room_context(room, sent[10], limit=4), RoomContextResponse)
    assert middle.event.event_id == sent[10]
    assert [event.event_id for event in middle.events_before] == [sent[9], sent[8]], middle
    assert [event.event_id for event in middle.events_after] == [sent[11], sent[12]], middle


async def change_things(first: Person, second: Person, room: str, event: str) -> None:
    """A redaction, a new room name and a new display name reach the other side."""
    answered(await first.client.room_redact(room, event, reason="said too much"), RoomRedactResponse)
    await second.until(
        "the redaction",
        lambda: any(getattr(seen, "redacts", None) == event for seen in second.events),
    )
    renamed = await first.client.room_put_state(room, "m.room.name", {"name": "The small hall"})
    answered(renamed, RoomPutStateResponse)
    await second.until("the new name", lambda: second.client.rooms[room].name == "The small hall")
    answered(await first.client.set_displayname("Lady of the hall"), ProfileSetDisplayNameResponse)
    await second.until(
        "the new display name", lambda: second.client.rooms[room].user_name(first.user) == "Lady of the hall"
    )
    profile = answered(await second.client.get_displayname(first.user), ProfileGetDisplayNameResponse)
    assert profile.displayname == "Lady of the hall", profile


async def share_a_picture(first: Person, second: Person) -> None:
    """Bytes go up with a name and a type, and come down unchanged."""
    picture = bytes(range(256)) * 400
    uploaded, _ = await first.client.upload(
        io.BytesIO(picture), content_type="image/x-herold-test", filename="arms.bin", filesize=len(picture)
    )
    address = answered(uploaded, UploadResponse).content_uri
    downloaded = answered(await second.client.download(address), DownloadResponse)
    assert downloaded.body == picture, "the file came back changed"
    assert downloaded.filename == "arms.bin", downloaded.filename


async def part(first: Person, second: Person, room: str) -> None:
    """The guest leaves and forgets; the host sees it."""
    answered(await second.client.room_leave(room), RoomLeaveResponse)
    await first.until("the departure", lambda: second.user not in first.members(room))
    answered(await second.client.room_forget(room), RoomForgetResponse)
    refused = await second.client.room_send(room, "m.room.message", {"msgtype": "m.text", "body": "still here"})
    assert getattr(refused, "status_code", None) == "M_FORBIDDEN", refused


async def scenario(server: str, first_name: str, second_name: str) -> None:
    first, second = Person(server, first_name), Person(server, second_name)
    try:
        await first.enter(first_name)
        await second.enter(second_name)
        room = await meet(first, second)
        sent = await talk(first, second, room)
        await show_presence_of_mind(first, second, room, sent[-1])
        await look_back(second, room, sent)
        await change_things(first, second, room, sent[3])
        await share_a_picture(first, second)
        await part(first, second, room)
    finally:
        await first.client.close()
        await second.client.close()


if __name__ == "__main__":
    asyncio.run(scenario(*sys.argv[1:]))
