// The devices that the account is signed in on.
import type { Device } from "@herold/engine";
import type { IMyDevice, MatrixClient } from "matrix-js-sdk";

import { shownName } from "../names.ts";
import { cryptoOf } from "./look.ts";

export async function devicesOf(client: MatrixClient): Promise<readonly Device[]> {
  const me = client.getSafeUserId();
  const crypto = cryptoOf(client);
  const { devices } = await client.getDevices();
  const encrypting = (await crypto.getUserDeviceInfo([me], true)).get(me) ?? new Map();
  const found: Device[] = [];
  for (const device of devices) {
    const keys = encrypting.get(device.device_id);
    // Nobody sits in front of a device that the server keeps for messages which come while all others are off.
    if (keys?.dehydrated) continue;
    const status = keys ? await crypto.getDeviceVerificationStatus(me, device.device_id) : null;
    found.push({
      deviceId: device.device_id,
      name: shownName(device.display_name),
      current: device.device_id === client.getDeviceId(),
      confirmed: status?.signedByOwner === true && status.crossSigningVerified,
      encrypts: keys !== undefined,
      ...seen(device),
    });
  }
  return found.sort(thisFirstThenRecent);
}

function seen(device: IMyDevice): Pick<Device, "lastSeenMs" | "lastAddress"> {
  return { lastSeenMs: device.last_seen_ts ?? undefined, lastAddress: device.last_seen_ip || undefined };
}

function thisFirstThenRecent(left: Device, right: Device): number {
  if (left.current !== right.current) return left.current ? -1 : 1;
  return (right.lastSeenMs ?? 0) - (left.lastSeenMs ?? 0);
}
