// Where a place leads to.

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** The map that the organisation names, on a page of its own; else whatever shows maps on the device. */
export function placeLink(
  map: string | undefined,
  { latitude, longitude }: Place,
): { readonly href: string; readonly target?: string; readonly rel?: string } {
  if (!map || !/^https?:\/\//i.test(map)) return { href: `geo:${latitude},${longitude}` };
  const href = map.replaceAll("{latitude}", String(latitude)).replaceAll("{longitude}", String(longitude));
  return { href, target: "_blank", rel: "noreferrer noopener" };
}
