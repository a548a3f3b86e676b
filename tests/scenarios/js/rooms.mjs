// Talking in an encrypted room: text, edits, reactions, files, and reading back what was said.

import { EventTimeline, EventType, MatrixEventEvent, MsgType, Preset, RelationType } from "matrix-js-sdk";
import { ClientEvent, RoomEvent, RoomMemberEvent, RoomStateEvent } from "matrix-js-sdk";
import { RelationsEvent } from "matrix-js-sdk/lib/models/relations.js";

import { decryptAttachment, encryptAttachment } from "./attachments.mjs";
import { until } from "./waiting.mjs";

/** Everything after which a timeline may show something new. */
const TIMELINE_EVENTS = [ClientEvent.Event, RoomEvent.Timeline, MatrixEventEvent.Decrypted, MatrixEventEvent.Replaced];
/** Pages of history that are read back at most. */
const HISTORY_PAGES_MAX = 20;
const HISTORY_PAGE_EVENTS = 30;

/** Creates an encrypted room for us and one other person; the server chooses the room version. */
export async function createEncryptedRoom(client, { invite, name }) {
    const { room_id: room } = await client.createRoom({
        name,
        preset: Preset.TrustedPrivateChat,
        is_direct: true,
        invite: [invite],
        initial_state: [
            { type: EventType.RoomEncryption, state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
        ],
    });
    const version = await until(
        client,
        [ClientEvent.Room, RoomStateEvent.Events],
        () => client.getRoom(room)?.hasEncryptionStateEvent() && client.getRoom(room).getVersion(),
        `room ${room} to be known and encrypted`,
    );
    return { room, version };
}

/** Joins a room we were invited to. */
export async function join(client, { room }) {
    await client.joinRoom(room);
    await until(
        client,
        [ClientEvent.Room, RoomEvent.MyMembership, RoomStateEvent.Events],
        () => client.getRoom(room)?.getMyMembership() === "join" && client.getRoom(room).hasEncryptionStateEvent(),
        `our own join of ${room}`,
    );
}

/** Waits until somebody has the membership in a room. */
export async function waitForMember(client, { room, user, membership }) {
    await until(
        client,
        [RoomMemberEvent.Membership, RoomStateEvent.Events, RoomStateEvent.Members],
        () => client.getRoom(room)?.getMember(user)?.membership === membership,
        `${user} to be ${membership} in ${room}`,
    );
}

export async function sendText(client, { room, body }) {
    const { event_id: event } = await client.sendMessage(room, { msgtype: MsgType.Text, body });
    return { event };
}

export async function sendEdit(client, { room, event: edited, body }) {
    const { event_id: event } = await client.sendMessage(room, {
        "msgtype": MsgType.Text,
        "body": `* ${body}`,
        "m.new_content": { msgtype: MsgType.Text, body },
        "m.relates_to": { rel_type: RelationType.Replace, event_id: edited },
    });
    return { event };
}

export async function sendReaction(client, { room, event: target, key }) {
    const { event_id: event } = await client.sendEvent(room, EventType.Reaction, {
        "m.relates_to": { rel_type: RelationType.Annotation, event_id: target, key },
    });
    return { event };
}

/** Encrypts a file, uploads it and sends it; `bytes` is a list of numbers. */
export async function sendFile(client, { room, name, bytes }) {
    const { ciphertext, keys } = await encryptAttachment(Uint8Array.from(bytes));
    const { content_uri: url } = await client.uploadContent(ciphertext, {
        type: "application/octet-stream",
        includeFilename: false,
    });
    const { event_id: event } = await client.sendMessage(room, {
        msgtype: MsgType.File,
        body: name,
        filename: name,
        file: { ...keys, url },
        info: { mimetype: "text/plain", size: ciphertext.length },
    });
    return { event };
}

/** Waits until an event reads `body`, edits applied. */
export async function waitForText(client, { room, event: id, body }) {
    const event = await until(
        client,
        TIMELINE_EVENTS,
        () => {
            const event = client.getRoom(room)?.findEventById(id);
            return event?.getContent().body === body && event;
        },
        `${id} to read ${JSON.stringify(body)}`,
    );
    return describe(event);
}

/** Waits until a person's reaction to an event has arrived. */
export async function waitForReaction(client, { room, event: target, key, sender }) {
    await until(
        client,
        [...TIMELINE_EVENTS, RelationsEvent.Add],
        () => {
            const relations = client
                .getRoom(room)
                ?.relations.getChildEventsForEvent(target, RelationType.Annotation, EventType.Reaction);
            return relations?.getSortedAnnotationsByKey()?.some(
                ([found, events]) => found === key && [...events].some((event) => event.getSender() === sender),
            );
        },
        `${sender}'s reaction ${key} to ${target}`,
    );
}

/** Waits for a file, fetches and decrypts it. */
export async function waitForFile(client, { room, event: id }) {
    const event = await until(
        client,
        TIMELINE_EVENTS,
        () => {
            const event = client.getRoom(room)?.findEventById(id);
            return event?.getContent().file && event;
        },
        `the file ${id}`,
    );
    const { body, file } = event.getContent();
    const url = client.mxcUrlToHttp(file.url, undefined, undefined, undefined, false, true, true);
    const response = await fetch(url, { headers: { authorization: `Bearer ${client.getAccessToken()}` } });
    if (!response.ok) throw new Error(`download of ${file.url} answered ${response.status}`);
    const plaintext = await decryptAttachment(Buffer.from(await response.arrayBuffer()), file);
    return { name: body, bytes: [...new Uint8Array(plaintext)], ...describe(event) };
}

/** Reads a room back to its beginning: all messages as they were sent, oldest first. */
export async function readHistory(client, { room: id }) {
    const room = await until(
        client,
        [ClientEvent.Room, RoomStateEvent.Events],
        () => client.getRoom(id)?.hasEncryptionStateEvent() && client.getRoom(id),
        `room ${id}`,
    );
    const timeline = room.getLiveTimeline();
    for (let page = 0; timeline.getPaginationToken(EventTimeline.BACKWARDS); page += 1) {
        if (page === HISTORY_PAGES_MAX) throw new Error(`more than ${page} pages of history`);
        await client.paginateEventTimeline(timeline, { backwards: true, limit: HISTORY_PAGE_EVENTS });
    }
    const events = timeline.getEvents();
    for (const event of events) {
        await client.decryptEventIfNeeded(event, { isRetry: event.isDecryptionFailure() });
    }
    const types = [EventType.RoomMessage, EventType.RoomMessageEncrypted];
    return { messages: events.filter((event) => types.includes(event.getType())).map(describe) };
}

/** An event as it was sent, before edits. */
function describe(event) {
    return {
        event: event.getId(),
        sender: event.getSender(),
        body: event.getOriginalContent().body ?? null,
        encrypted: event.isEncrypted(),
        undecryptable: event.isDecryptionFailure(),
    };
}
