// Files, as the app shows them: always from memory, never straight from the network.

const ADDRESS = /^mxc:\/\/(?!\.+\/)[A-Za-z\d.:[\]-]+\/[\w-]+$/;

/** Whether it is the mxc: address of a file, and leads nowhere else on a server. */
export const isFileAddress = (address: string): boolean => ADDRESS.test(address);

/** Where a file lies and how it is read. */
export interface MediaSource {
  /** mxc: address. */
  readonly address: string;
  /** Present when the file is encrypted: what the event said about it, opaque to the app. */
  readonly encryption?: unknown;
  readonly mimeType: string | undefined;
}

export interface ThumbnailSize {
  readonly width: number;
  readonly height: number;
  readonly method: "crop" | "scale";
}

export interface Media {
  /** The file where it is in memory: one that the person sends, or sent a moment ago. */
  here(source: MediaSource): Blob | undefined;
  /** The file itself, decrypted. */
  download(source: MediaSource, signal?: AbortSignal): Promise<Blob>;
  /** A small picture of it. Encrypted files have no thumbnails on the server: their own one is the source. */
  thumbnail(source: MediaSource, size: ThumbnailSize): Promise<Blob>;
  /** What a link leads to, as the server sees it; nothing where it shows none. The server learns of the link. */
  preview(link: string): Promise<LinkPreview | undefined>;
  /** The largest file that may be sent, in bytes, if the server says so. */
  uploadLimit(): Promise<number | undefined>;
}

export interface LinkPreview {
  readonly title: string;
  readonly description: string | undefined;
  readonly site: string | undefined;
  readonly picture: MediaSource | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
}
