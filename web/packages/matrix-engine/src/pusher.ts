// The pusher of a browser, in the specification's kind "http"; the gateway is the server's own.
import type { PushTarget } from "@herold/engine";
import type { IPusherRequest, MatrixClient } from "matrix-js-sdk";

type Removal = Extract<Parameters<MatrixClient["setPusher"]>[0], { kind: null }>;

const APP_ID = "org.herold.web";

export function pusherFor(target: PushTarget, userId: string): IPusherRequest {
  return {
    kind: "http",
    app_id: APP_ID,
    pushkey: target.p256dh,
    app_display_name: target.appName,
    device_display_name: target.deviceName,
    lang: target.language,
    // Several accounts of this browser share one subscription.
    append: true,
    data: {
      url: target.gateway,
      endpoint: target.endpoint,
      auth: target.auth,
      // Nothing of what was said goes through the services of browsers' makers, encrypted or not.
      format: "event_id_only",
      // Browsers want every push to be seen.
      events_only: true,
      // Whose it is: servers of others do not say it to the gateway by themselves.
      default_payload: { user_id: userId },
    } as IPusherRequest["data"],
  };
}

export function noPusher(p256dh: string): Removal {
  return { kind: null, app_id: APP_ID, pushkey: p256dh } as Removal;
}
