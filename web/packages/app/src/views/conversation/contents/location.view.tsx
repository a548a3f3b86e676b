// A place: its coordinates, and the way to the organisation's map, or into whatever shows maps on this device. No map
// of elsewhere is loaded.
import type { Content } from "@herold/engine";
import { MapPin } from "lucide-react";
import { use } from "react";

import { placeLink } from "../../../models/place-link.ts";
import { AppInfoContext } from "../../../parts/brand.tsx";
import { useTexts } from "../../../parts/texts.tsx";
import styles from "./content.module.css";

export function LocationView({ content }: { content: Extract<Content, { kind: "location" }> }) {
  const { say, locale } = useTexts();
  const { latitude, longitude, description } = content;
  const map = use(AppInfoContext)?.map;
  const link = placeLink(map, { latitude, longitude });
  const degrees = new Intl.NumberFormat(locale, { maximumFractionDigits: 5 });
  const place = `${degrees.format(latitude)}°, ${degrees.format(longitude)}°`;
  return (
    <div className={styles.location}>
      <MapPin aria-hidden size={22} />
      <div className={styles.fileWords}>
        <span>
          {description.startsWith("geo:") || !description ? say("rooms.last-location") : description}
        </span>
        <a className={styles.place} {...link}>
          {place}
        </a>
      </div>
    </div>
  );
}
