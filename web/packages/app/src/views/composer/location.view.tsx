// Saying where one is: asked of the device, looked at, and sent once.
import { Failure, type FailureReason } from "@herold/engine";
import { MapPin } from "lucide-react";
import { useEffect, useState } from "react";

import { Attempt } from "../../models/attempt.ts";
import type { ComposerModel } from "../../models/composer/composer.model.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useTexts } from "../../parts/texts.tsx";

type Place =
  | { readonly kind: "waiting" }
  | { readonly kind: "refused" }
  | { readonly kind: "unknown" }
  | { readonly kind: "known"; readonly at: GeolocationCoordinates };

const WAIT_MS = 20_000;

export function LocationView({ composer, close }: { composer: ComposerModel; close: () => void }) {
  const { say, locale } = useTexts();
  const [attempt] = useState(() => new Attempt());
  const [description, setDescription] = useState("");
  const place = usePlace();
  const busy = useLive(attempt.busy);
  const failure: FailureReason | undefined = useLive(attempt.failure);
  const degrees = new Intl.NumberFormat(locale, { maximumFractionDigits: 5 });
  const send = async (): Promise<void> => {
    if (place.kind !== "known") throw new Failure("unknown");
    const { latitude, longitude, accuracy } = place.at;
    await composer.room.sendLocation({
      latitude,
      longitude,
      accuracyMetres: accuracy,
      description: description.trim(),
      thread: composer.thread,
    });
  };
  return (
    <Dialog title={say("composer.location")} onClose={close}>
      {place.kind === "waiting" && <p role="status">{say("composer.location-waiting")}</p>}
      {place.kind === "refused" && <Notice kind="warning">{say("composer.location-refused")}</Notice>}
      {place.kind === "unknown" && <Notice kind="warning">{say("composer.location-unknown")}</Notice>}
      {place.kind === "known" && (
        <form
          onSubmit={async (event) => {
            event.preventDefault();
            if (await attempt.make(send)) close();
          }}
        >
          <p>
            <MapPin aria-hidden size={16} /> {degrees.format(place.at.latitude)}°,{" "}
            {degrees.format(place.at.longitude)}°{" "}
            {say("composer.location-accuracy", { metres: Math.round(place.at.accuracy) })}
          </p>
          <Field label={say("composer.location-words")} value={description} onChange={setDescription} />
          {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
          <DialogActions>
            <Button look="primary" type="submit" isDisabled={busy}>
              {say("common.send")}
            </Button>
            <Button onPress={close}>{say("common.cancel")}</Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

function usePlace(): Place {
  const [place, setPlace] = useState<Place>({ kind: "waiting" });
  useEffect(() => {
    let left = false;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => left || setPlace({ kind: "known", at: coords }),
      ({ code, PERMISSION_DENIED }) =>
        left || setPlace({ kind: code === PERMISSION_DENIED ? "refused" : "unknown" }),
      { enableHighAccuracy: true, timeout: WAIT_MS },
    );
    return () => {
      left = true;
    };
  }, []);
  return place;
}
