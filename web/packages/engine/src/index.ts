// The boundary between the app and Matrix. Nothing here may import an SDK, touch the DOM or the network.
export * from "./account.ts";
export * from "./encryption.ts";
export * from "./engine.ts";
export * from "./exploring.ts";
export * from "./failure.ts";
export * from "./homeserver.ts";
export * from "./live.ts";
export * from "./media.ts";
export * from "./people.ts";
export * from "./permissions.ts";
export * from "./rooms.ts";
export * from "./sending.ts";
export * from "./session.ts";
export * from "./timeline.ts";
export * from "./verification.ts";
