// Files that were chosen and not sent yet: looked at once more, with words for each.
import { computed, type Live, type Media, type OutgoingFile, signal } from "@herold/engine";

export interface ChosenFile {
  readonly id: number;
  readonly file: Blob;
  readonly name: string;
  readonly caption: string;
  /** Larger than the server takes. */
  readonly tooLarge: boolean;
}

export class FilesModel {
  readonly #media: Media;
  readonly #chosen = signal<readonly ChosenFile[]>([]);
  readonly #limit = signal<number | undefined>(undefined);
  #next = 0;

  readonly chosen: Live<readonly ChosenFile[]>;
  /** The largest that the server takes, in bytes, once it is known. */
  readonly limit: Live<number | undefined> = this.#limit;

  constructor(media: Media) {
    this.#media = media;
    this.chosen = computed(() => {
      const limit = this.#limit.value;
      return this.#chosen.value.map((file) => ({
        ...file,
        tooLarge: limit !== undefined && file.file.size > limit,
      }));
    });
  }

  add(files: readonly { readonly file: Blob; readonly name: string }[]): void {
    if (files.length === 0) return;
    const more = files.map(({ file, name }) => ({
      id: this.#next++,
      file,
      name,
      caption: "",
      tooLarge: false,
    }));
    this.#chosen.value = [...this.#chosen.peek(), ...more];
    this.#media.uploadLimit().then(
      (limit) => {
        this.#limit.value = limit;
      },
      // The server says it again when a file turns out to be too large.
      () => undefined,
    );
  }

  caption(id: number, caption: string): void {
    this.#chosen.value = this.#chosen.peek().map((file) => (file.id === id ? { ...file, caption } : file));
  }

  remove(id: number): void {
    this.#chosen.value = this.#chosen.peek().filter((file) => file.id !== id);
  }

  forget(): void {
    this.#chosen.value = [];
  }

  /** Those that can be sent; nothing is chosen any more. */
  take(): readonly OutgoingFile[] {
    const files = this.chosen
      .peek()
      .filter((file) => !file.tooLarge)
      .map(({ file, name, caption }) => ({ file, name, caption: caption.trim() || undefined }));
    this.forget();
    return files;
  }
}
