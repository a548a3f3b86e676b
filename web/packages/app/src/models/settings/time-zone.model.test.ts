import { Failure, type Session } from "@herold/engine";
import { expect, test } from "vitest";

import { TimeZoneModel } from "./time-zone.model.ts";

test("the zone is told and taken back; what does not arrive changes nothing", async () => {
  let zone: string | undefined = "Europe/Berlin";
  let broken = false;
  const people = {
    timeZone: async () => zone,
    setTimeZone: async (now: string | undefined) => {
      if (broken) throw new Failure("unreachable");
      zone = now;
    },
  };
  const model = new TimeZoneModel({ people, userId: "@me:x" } as unknown as Session, "Asia/Tokyo");
  await model.load();
  expect(model.told.value).toBe("Europe/Berlin");
  await model.tell(false);
  expect([zone, model.told.value]).toEqual([undefined, undefined]);
  broken = true;
  await model.tell(true);
  expect([zone, model.told.value, model.failure.value]).toEqual([undefined, undefined, "unreachable"]);
  broken = false;
  await model.tell(true);
  expect([zone, model.told.value]).toEqual(["Asia/Tokyo", "Asia/Tokyo"]);
});
