// What a message says of its file: measures, a small picture and a blurred one, made here since the server of an
// encrypted room cannot.
import type { OutgoingFile } from "@herold/engine";
import type { IContent, MatrixClient } from "matrix-js-sdk";
import { measured } from "./looking.ts";
import { type UploadOptions, upload } from "./media.ts";
import { written } from "./writing.ts";

export async function fileContent(
  client: MatrixClient,
  outgoing: OutgoingFile,
  options: UploadOptions,
): Promise<IContent> {
  const { file, name, caption, voice } = outgoing;
  const kind = msgtype(file.type);
  const [measures, uploaded] = [await measured(file), await upload(client, file, options)];
  const info: IContent = {
    mimetype: file.type || "application/octet-stream",
    size: file.size,
    ...measures.info,
  };
  if (measures.thumbnail) {
    const thumbnail = await upload(client, measures.thumbnail.blob, {
      ...options,
      progress: () => undefined,
    });
    if (thumbnail.file) info.thumbnail_file = thumbnail.file;
    else info.thumbnail_url = thumbnail.url;
    info.thumbnail_info = measures.thumbnail.info;
  }
  if (voice) info.duration = voice.durationMs;
  return {
    msgtype: kind,
    ...(await captioned(name, caption)),
    info,
    ...uploaded,
    "m.mentions": {},
    ...(voice ? voiceContent(voice) : {}),
  };
}

function msgtype(type: string): string {
  if (/^image\/(?!svg)/.test(type)) return "m.image";
  if (type.startsWith("video/")) return "m.video";
  return type.startsWith("audio/") ? "m.audio" : "m.file";
}

/** With a caption the words are the body, and the name of the file stands apart. */
async function captioned(name: string, caption: string | undefined): Promise<IContent> {
  if (!caption) return { body: name, filename: name };
  const { body, html } = await written({ text: caption, mentions: [] });
  return {
    body,
    filename: name,
    ...(html ? { format: "org.matrix.custom.html", formatted_body: html } : {}),
  };
}

function voiceContent({ durationMs, waveform }: NonNullable<OutgoingFile["voice"]>): IContent {
  return {
    "org.matrix.msc3245.voice": {},
    "org.matrix.msc1767.audio": {
      duration: durationMs,
      waveform: waveform.map((loudness) => Math.round(Math.min(1, Math.max(0, loudness)) * 1024)),
    },
  };
}
