// The way that sound and picture take between browsers, so that it can be cut: what browsers send each other in a call goes
// through here, since each is told of this place when it learns where the other one is.
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import type { Person } from "./person.ts";

export interface Wire {
  cut(through: boolean): void;
  stop(): void;
}

/** Before their first call. */
export async function wireBetween(...people: Person[]): Promise<Wire> {
  const sockets: Socket[] = [];
  let broken = false;
  const bound = async (): Promise<Socket> => {
    const socket = createSocket("udp4");
    sockets.push(socket);
    socket.bind(0);
    await once(socket, "listening");
    return socket;
  };
  /** The port that leads to a place, and back to whoever comes by it. */
  const portTo = async (address: string, port: number): Promise<number> => {
    const [near, far] = [await bound(), await bound()];
    let comer: RemoteInfo | undefined;
    near.on("message", (packet, from) => {
      comer = from;
      if (!broken) far.send(packet, port, address);
    });
    far.on("message", (packet) => {
      if (!broken && comer) near.send(packet, comer.port, comer.address);
    });
    return (near.address() as AddressInfo).port;
  };
  for (const { page } of people) {
    await page.exposeFunction("portTo", portTo);
    await page.addInitScript(throughWire);
    await page.reload();
  }
  return {
    cut: (through) => {
      broken = through;
    },
    stop: () => {
      for (const socket of sockets) socket.close();
    },
  };
}

/** In the page: a place that is learned becomes the port that leads there. */
function throughWire(): void {
  const { portTo } = globalThis as unknown as { portTo(address: string, port: number): Promise<number> };
  const place = /(candidate:\S+ \d udp \d+ )(\S+) (\d+)/i;
  const led = async (text: string): Promise<string> => {
    const [, before, address, port] = place.exec(text) ?? [];
    if (before === undefined || address === undefined) return text;
    return text.replace(place, `${before}${address} ${await portTo(address, Number(port))}`);
  };
  const { addIceCandidate, setRemoteDescription } = RTCPeerConnection.prototype as unknown as Record<
    "addIceCandidate" | "setRemoteDescription",
    (learned: object) => Promise<void>
  >;
  Object.assign(RTCPeerConnection.prototype, {
    async addIceCandidate(this: RTCPeerConnection, learned?: RTCIceCandidateInit) {
      const candidate = await led(learned?.candidate ?? "");
      return addIceCandidate.call(this, { ...learned, candidate });
    },
    async setRemoteDescription(this: RTCPeerConnection, learned: RTCSessionDescriptionInit) {
      const lines = await Promise.all((learned.sdp ?? "").split("\r\n").map(led));
      return setRemoteDescription.call(this, { type: learned.type, sdp: lines.join("\r\n") });
    },
  });
}
