// Archives that the app makes: their files, as the directory at their end names them. None of them is compressed.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const END = 0x06054b50;
const ENTRY = 0x02014b50;

export async function filesIn(path: string): Promise<Map<string, Buffer>> {
  const archive = await readFile(path);
  let end = archive.length - 22;
  while (archive.readUInt32LE(end) !== END) end -= 1;
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== ENTRY) throw new Error("no archive");
    const [size, name, extra, comment] = [
      archive.readUInt32LE(at + 20),
      archive.readUInt16LE(at + 28),
      archive.readUInt16LE(at + 30),
      archive.readUInt16LE(at + 32),
    ];
    const local = archive.readUInt32LE(at + 42);
    const begin = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    files.set(archive.toString("utf8", at + 46, at + 46 + name), archive.subarray(begin, begin + size));
    at += 46 + name + extra + comment;
  }
  return files;
}

export async function unpack(path: string, folder: string): Promise<Map<string, Buffer>> {
  const files = await filesIn(path);
  for (const [name, bytes] of files) {
    const place = join(folder, name);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, bytes);
  }
  return files;
}
