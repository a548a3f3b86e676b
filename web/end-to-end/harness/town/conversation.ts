// A conversation in which everything stands that can be said, as the specification has it.
import type { OtherApp } from "../other-app.ts";
import { painted } from "../painting.ts";
import { say, type Town } from "./people.ts";

/** Answers with the message that began its thread. */
export async function fillConversation(
  { jonas, amelie, friederike }: Town,
  me: OtherApp,
  room: string,
): Promise<string> {
  const text = (body: string, more: object = {}) => ({ msgtype: "m.text", body, ...more });
  const formatted = (body: string, html: string) =>
    text(body, { format: "org.matrix.custom.html", formatted_body: html });
  const reactTo = (person: OtherApp, event_id: string, key: string) =>
    say(person, room, { "m.relates_to": { rel_type: "m.annotation", event_id, key } }, "m.reaction");

  const first = await say(jonas, room, text("Guten Morgen zusammen! Hier kommt die Lage von heute Nacht."));
  await say(
    jonas,
    room,
    formatted(
      "Drei Punkte",
      "<p>Drei Punkte, bitte <strong>bis 12 Uhr</strong> ansehen:</p><ol><li>Pegelstände am <em>Oberlauf</em></li><li>Schichtplan für das Wochenende</li><li>Ersatz für <del>Haus 3</del> Haus 5</li></ol>",
    ),
  );
  await say(
    amelie,
    room,
    formatted(
      "Befehl",
      '<blockquote>Wie rufe ich das ab?</blockquote><p>So geht es, mit <code>pegel</code>:</p><pre><code class="language-bash">pegel --ort "Passau" --seit 2026-05-01 --ausgabe tabelle --sortiert-nach hoehe\n# alle fünf Minuten\nexit 0</code></pre>',
    ),
  );
  await say(
    me,
    room,
    text(
      "Danke! Rechtsschutzversicherungsgesellschaftsvertreterversammlungsprotokollführung: https://example.org/a/very/long/path/without/any/place/to/break/at/all?query=1234567890",
    ),
  );
  const picture = await pictureOf(amelie, "pegel-oberlauf.png", [90, 150, 210], [250, 230, 200]);
  const seen = await say(amelie, room, { ...picture, filename: picture.body, body: "Der Pegel heute früh" });
  for (const [at, name] of ["deich-1.png", "deich-2.png", "deich-3.png"].entries()) {
    await say(friederike, room, await pictureOf(friederike, name, [60 + at * 60, 140, 130], [240, 190, 120]));
  }
  await say(friederike, room, {
    msgtype: "m.file",
    body: "Einsatzplan_Hochwasserschutz_Unterlauf_Fassung-7_endgueltig.pdf",
    url: await friederike.upload(Buffer.from("%PDF-1.7\n"), "application/pdf"),
    info: { mimetype: "application/pdf", size: 2_483_120 },
  });
  await say(friederike, room, {
    msgtype: "m.audio",
    body: "Sprachnachricht.ogg",
    url: await friederike.upload(Buffer.from("OggS"), "audio/ogg"),
    info: { mimetype: "audio/ogg", size: 24_000, duration: 34_000 },
    "org.matrix.msc1767.audio": {
      duration: 34_000,
      waveform: Array.from({ length: 60 }, (_, at) =>
        Math.round(500 + 480 * Math.sin(at / 3) * Math.cos(at)),
      ),
    },
    "org.matrix.msc3245.voice": {},
  });
  for (const [person, key] of [
    [me, "👍"],
    [jonas, "👍"],
    [jonas, "🎉"],
    [amelie, "😮"],
  ] as const)
    await reactTo(person, seen, key);
  await say(me, room, {
    ...text("Der Deich hält, wir fahren um zehn."),
    "m.relates_to": { "m.in_reply_to": { event_id: seen } },
  });
  await say(jonas, room, {
    ...text("Bitte den Schlüssel mitbringen."),
    "m.mentions": { user_ids: [me.userId] },
  });
  await say(amelie, room, { msgtype: "m.emote", body: "holt Kaffee" });
  await say(amelie, room, text("🎉👏"));
  await say(amelie, room, formatted("Überraschung", "Es gibt <span data-mx-spoiler>Kuchen für alle</span>."));
  await say(jonas, room, { msgtype: "m.location", body: "Treffpunkt am Pegel", geo_uri: "geo:48.57,13.46" });
  await pollIn(me, [jonas, amelie], room);
  const edited = await say(me, room, text("Abfahrt um neun"));
  await say(me, room, {
    ...text("* Abfahrt um zehn"),
    "m.new_content": text("Abfahrt um zehn"),
    "m.relates_to": { rel_type: "m.replace", event_id: edited },
  });
  const wrong = await say(amelie, room, text("Das gehört nicht hierher"));
  await amelie.ask("PUT", `/v3/rooms/${room}/redact/${wrong}/1`, {});
  const begun = await say(friederike, room, text("Wer übernimmt am Wochenende die Rufbereitschaft?"));
  for (const [person, words] of [
    [jonas, "Samstag kann ich."],
    [me, "Dann nehme ich den Sonntag."],
    [friederike, "Wunderbar, eingetragen."],
  ] as const)
    await say(person, room, { ...text(words), "m.relates_to": threadOf(begun) });
  await me.ask("PUT", `/v3/rooms/${room}/state/m.room.pinned_events`, { pinned: [first, begun] });
  return begun;
}

const threadOf = (event_id: string) => ({
  rel_type: "m.thread",
  event_id,
  is_falling_back: true,
  "m.in_reply_to": { event_id },
});

type Colours = [Parameters<typeof painted>[2], Parameters<typeof painted>[3]];

async function pictureOf(person: OtherApp, name: string, ...[above, below]: Colours) {
  const bytes = painted(480, 320, above, below);
  return {
    msgtype: "m.image",
    body: name,
    url: await person.upload(bytes, "image/png"),
    info: { mimetype: "image/png", size: bytes.length, w: 480, h: 320 },
  };
}

async function pollIn(asker: OtherApp, voters: readonly OtherApp[], room: string): Promise<void> {
  const words = (text: string) => ({ "org.matrix.msc1767.text": text });
  const poll = await say(
    asker,
    room,
    {
      ...words("Wo treffen wir uns?"),
      "org.matrix.msc3381.poll.start": {
        kind: "org.matrix.msc3381.poll.disclosed",
        max_selections: 1,
        question: words("Wo treffen wir uns?"),
        answers: [
          { id: "a", ...words("Am Pegel") },
          { id: "b", ...words("Vor dem Landratsamt, am Eingang zur Tiefgarage") },
          { id: "c", ...words("Online") },
        ],
      },
    },
    "org.matrix.msc3381.poll.start",
  );
  for (const [at, voter] of voters.entries())
    await say(
      voter,
      room,
      {
        "org.matrix.msc3381.poll.response": { answers: [at === 0 ? "a" : "b"] },
        "m.relates_to": { rel_type: "m.reference", event_id: poll },
      },
      "org.matrix.msc3381.poll.response",
    );
}
