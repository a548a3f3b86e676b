// What lies in a browser's storage, as anybody finds it who can read its files.
import type { Page } from "playwright-core";

/** Whether these words lie anywhere in it. */
export async function keeps(page: Page, words: string): Promise<boolean> {
  return (await kept(page)).some((text) => text.includes(words));
}

/** What lies in local storage, and in each database whose name has `part` in it, with its version. */
export function kept(page: Page, part = ""): Promise<string[]> {
  return page.evaluate(async (part) => {
    const bytes = new TextDecoder();
    const readable = (_key: string, value: unknown): unknown =>
      value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? bytes.decode(value as ArrayBuffer) : value;
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const all = [JSON.stringify(Object.entries(localStorage))];
    for (const { name = "", version } of await indexedDB.databases()) {
      if (!name.includes(part)) continue;
      all.push(`${name} ${version}`);
      const database = await asked(indexedDB.open(name));
      for (const store of database.objectStoreNames)
        all.push(
          JSON.stringify(await asked(database.transaction(store).objectStore(store).getAll()), readable),
        );
      database.close();
    }
    return all;
  }, part);
}
