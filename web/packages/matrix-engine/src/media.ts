// Files up and down: with the token in a header, encrypted where the room is, from memory to the app.
import { Failure, type LinkPreview, type Media, type MediaSource, type ThumbnailSize } from "@herold/engine";
import type { IContent, IPreviewUrlResponse, MatrixClient } from "matrix-js-sdk";

import { failing, failureOf } from "./failures.ts";
import { mxc } from "./values.ts";

/** How many small pictures are kept in memory. */
const THUMBNAILS_MAX = 400;
/** How many pictures that were just sent are kept in memory, until they are fetched as those of others are. */
const OWN_MAX = 30;

/** Types that a browser shows without running anything; everything else is offered as bytes. */
const SHOWN =
  /^(image\/(png|jpeg|gif|webp|avif|apng|bmp)|video\/(mp4|webm|ogg|quicktime)|audio\/[\w.+-]+|application\/ogg)$/;

export class MatrixMedia implements Media {
  readonly #client: MatrixClient;
  readonly #thumbnails = new Map<string, Promise<Blob>>();
  readonly #own = new Map<string, Blob>();

  constructor(client: MatrixClient) {
    this.#client = client;
  }

  here({ address }: MediaSource): Blob | undefined {
    return this.#own.get(address);
  }

  /** A picture of one's own that has an address now: nobody needs to fetch it, and it does not blink. */
  keep(addresses: readonly string[], picture: Blob): void {
    if (!SHOWN.test(picture.type)) return;
    for (const address of addresses) this.#own.set(address, picture);
    for (const oldest of [...this.#own.keys()].slice(0, -OWN_MAX)) this.#own.delete(oldest);
  }

  async download(source: MediaSource, signal?: AbortSignal): Promise<Blob> {
    const own = this.here(source);
    if (own) return own;
    const blob = await this.#fetch(this.#address(source.address), signal);
    const type = SHOWN.test(source.mimeType ?? "") ? (source.mimeType ?? "") : "application/octet-stream";
    if (source.encryption === undefined) return blob.slice(0, blob.size, type);
    const bytes = await decrypt(new Uint8Array(await blob.arrayBuffer()), source.encryption);
    return new Blob([bytes as BlobPart], { type });
  }

  async thumbnail(source: MediaSource, size: ThumbnailSize): Promise<Blob> {
    const own = this.here(source);
    if (own) return own;
    // The server cannot make a small picture of what it cannot read.
    if (source.encryption !== undefined) return this.#kept(source.address, () => this.download(source));
    const { width, height, method } = size;
    const key = `${source.address} ${width} ${height} ${method}`;
    return this.#kept(key, () => this.#fetch(this.#address(source.address, size)));
  }

  async preview(link: string): Promise<LinkPreview | undefined> {
    try {
      const found = await failing(() => this.#client.getUrlPreview(link, Date.now()));
      return previewOf(found);
    } catch (error) {
      const reason = failureOf(error).reason;
      // Without a network it may be there the next time; else there is none.
      if (reason === "unreachable" || reason === "too-often") throw error;
      return undefined;
    }
  }

  async uploadLimit(): Promise<number | undefined> {
    const config = await failing(() => this.#client.getMediaConfig(true));
    return config["m.upload.size"];
  }

  /** The newest are kept; one that failed is asked for again. */
  #kept(key: string, load: () => Promise<Blob>): Promise<Blob> {
    const known = this.#thumbnails.get(key);
    if (known) {
      this.#thumbnails.delete(key);
      this.#thumbnails.set(key, known);
      return known;
    }
    const loading = load();
    this.#thumbnails.set(key, loading);
    loading.catch(() => this.#thumbnails.delete(key));
    const oldest = this.#thumbnails.size > THUMBNAILS_MAX ? this.#thumbnails.keys().next().value : undefined;
    if (oldest !== undefined) this.#thumbnails.delete(oldest);
    return loading;
  }

  #address(mxc: string, size?: ThumbnailSize): string {
    const address = this.#client.mxcUrlToHttp(
      mxc,
      size?.width,
      size?.height,
      size?.method,
      false,
      true,
      true,
    );
    if (!address) throw new Failure("not-found", { detail: "not the address of a file" });
    return address;
  }

  #fetch(address: string, signal?: AbortSignal): Promise<Blob> {
    return failing(async () => {
      const token = this.#client.getAccessToken();
      const answer = await fetch(address, {
        headers: token ? { authorization: `Bearer ${token}` } : {},
        ...(signal ? { signal } : {}),
      });
      if (answer.status === 404) throw new Failure("not-found");
      if (answer.status === 429) throw new Failure("too-often");
      if (!answer.ok) throw new Failure("unknown", { detail: `the file was answered with ${answer.status}` });
      return answer.blob();
    });
  }
}

function previewOf(found: IPreviewUrlResponse): LinkPreview | undefined {
  const text = (name: string): string | undefined => {
    const value = found[name];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const number = (name: string): number | undefined => Number(found[name]) || undefined;
  const title = text("og:title");
  if (!title) return undefined;
  const picture = mxc(found["og:image"]);
  return {
    title,
    description: text("og:description"),
    site: text("og:site_name"),
    picture: picture ? { address: picture, mimeType: text("og:image:type") } : undefined,
    width: number("og:image:width"),
    height: number("og:image:height"),
  };
}

/** Loaded with the first encrypted file: it is large, and not needed to show the first screen. */
const wasm = () => import("@matrix-org/matrix-sdk-crypto-wasm");

async function decrypt(bytes: Uint8Array, encryption: unknown): Promise<Uint8Array> {
  const { Attachment, EncryptedAttachment } = await wasm();
  try {
    return Attachment.decrypt(new EncryptedAttachment(bytes, JSON.stringify(encryption)));
  } catch (cause) {
    throw new Failure("unknown", { detail: "the file does not match its message", cause });
  }
}

export interface UploadOptions {
  readonly encrypted: boolean;
  readonly abort: AbortController;
  progress(part: number): void;
}

/** What an event says of an uploaded file: `url`, or `file` where it is encrypted. */
export async function upload(client: MatrixClient, file: Blob, options: UploadOptions): Promise<IContent> {
  if (!options.encrypted) return { url: await uploadBytes(client, file, file.type, options) };
  const { Attachment } = await wasm();
  const attachment = Attachment.encrypt(new Uint8Array(await file.arrayBuffer()));
  const description = JSON.parse(attachment.mediaEncryptionInfo ?? "{}");
  const type = "application/octet-stream";
  const encrypted = new Blob([attachment.encryptedData as BlobPart], { type });
  return { file: { ...description, url: await uploadBytes(client, encrypted, type, options) } };
}

async function uploadBytes(
  client: MatrixClient,
  bytes: Blob,
  type: string,
  { abort, progress }: UploadOptions,
): Promise<string> {
  try {
    const { content_uri: url } = await client.uploadContent(bytes, {
      type,
      includeFilename: false,
      abortController: abort,
      progressHandler: ({ loaded, total }) => progress(total ? loaded / total : 0),
    });
    return url;
  } catch (error) {
    throw !abort.signal.aborted && isBroken(error) ? new Failure("unreachable", { cause: error }) : error;
  }
}

/** As the SDK tells of uploads whose connection broke, or over which nothing goes any more. */
function isBroken(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.message === "Timeout");
}
