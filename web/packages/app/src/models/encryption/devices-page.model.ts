// The page about devices in the settings: where the account is signed in, and what is done about it.
import {
  computed,
  type Device,
  type Encryption,
  type FailureReason,
  type Live,
  signal,
  type Verifications,
} from "@herold/engine";

import { Attempt } from "../attempt.ts";
import type { PasswordQuestion } from "./password-question.model.ts";

export class DevicesPageModel {
  readonly #encryption: Encryption;
  readonly #verifications: Verifications;
  readonly #question: PasswordQuestion;
  readonly #loaded = signal(false);
  readonly #attempt = new Attempt();

  readonly thisDevice: Live<Device | undefined>;
  readonly others: Live<readonly Device[]>;
  readonly loaded: Live<boolean> = this.#loaded;
  readonly busy: Live<boolean> = this.#attempt.busy;
  readonly failure: Live<FailureReason | undefined> = this.#attempt.failure;

  constructor(
    session: { readonly encryption: Encryption; readonly verifications: Verifications },
    question: PasswordQuestion,
  ) {
    this.#encryption = session.encryption;
    this.#verifications = session.verifications;
    this.#question = question;
    this.thisDevice = computed(() => this.#encryption.devices.value.find(({ current }) => current));
    this.others = computed(() => this.#encryption.devices.value.filter(({ current }) => !current));
  }

  /** Whether this device may confirm that one: only who is confirmed can vouch for others. */
  mayConfirm(device: Device): boolean {
    return this.thisDevice.value?.confirmed === true && device.encrypts && !device.confirmed;
  }

  async load(): Promise<void> {
    await this.#attempt.make(() => this.#encryption.refreshDevices());
    this.#loaded.value = true;
  }

  /** Answers whether it went well. */
  rename(device: Device, name: string): Promise<boolean> {
    if (name.trim() === (device.name ?? "")) return Promise.resolve(true);
    return this.#attempt.make(() => this.#encryption.renameDevice(device.deviceId, name));
  }

  /** The verification is shown by itself. */
  confirm(device: Device): Promise<boolean> {
    return this.#attempt.make(async () => {
      await this.#verifications.device(device.deviceId);
    });
  }

  signOut(devices: readonly Device[]): Promise<boolean> {
    const ids = devices.map(({ deviceId }) => deviceId);
    return this.#attempt.make(() => this.#encryption.signOutDevices(ids, this.#question.ask));
  }
}
