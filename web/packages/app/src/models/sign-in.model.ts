// Signing in, and making an account: first the server, if it is not known, then who one is.
import {
  type Credentials,
  type Engine,
  Failure,
  type FailureReason,
  type Homeserver,
  type Live,
  type Registration,
  type Session,
  signal,
} from "@herold/engine";

export type SignInStep =
  | { readonly kind: "server" }
  | { readonly kind: "sign-in"; readonly homeserver: Homeserver }
  | { readonly kind: "register"; readonly homeserver: Homeserver };

export interface SignInState {
  readonly step: SignInStep;
  readonly busy: boolean;
  readonly failure: Failure | undefined;
}

/** The server that serves the app. */
export interface OwnServer {
  readonly address: string;
  /** What people's ids end with there: its address may be another. */
  readonly name: string | undefined;
}

export interface SignInOptions {
  readonly engine: Engine;
  /** Nothing where the app is served by something that is no Matrix server. */
  readonly ownServer: OwnServer | undefined;
  readonly signedIn: (session: Session) => void;
}

export class SignInModel {
  readonly #options: SignInOptions;
  readonly #state = signal<SignInState>({ step: { kind: "server" }, busy: false, failure: undefined });

  readonly state: Live<SignInState> = this.#state;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** Goes to the server that serves the app; where there is none, one is asked for. */
  async start(): Promise<void> {
    const { ownServer } = this.#options;
    if (ownServer) await this.#discover(ownServer.address, ownServer.name);
  }

  get serverIsFixed(): boolean {
    return this.#options.ownServer !== undefined;
  }

  chooseServer(server: string): Promise<void> {
    return this.#discover(server, undefined);
  }

  otherServer(): void {
    this.#step({ kind: "server" });
  }

  register(): void {
    const { step } = this.#state.peek();
    if (step.kind === "sign-in") this.#step({ kind: "register", homeserver: step.homeserver });
  }

  back(): void {
    const { step } = this.#state.peek();
    if (step.kind === "register") this.#step({ kind: "sign-in", homeserver: step.homeserver });
  }

  signIn(credentials: Credentials): Promise<void> {
    return this.#enter("sign-in", (homeserver) => this.#options.engine.signIn(homeserver, credentials));
  }

  /** Who creates an account agrees to the documents that they were shown. */
  createAccount(registration: Omit<Registration, "agreed">): Promise<void> {
    return this.#enter("register", async (homeserver) => {
      const { engine } = this.#options;
      try {
        return await engine.register(homeserver, { ...registration, agreed: homeserver.terms });
      } catch (error) {
        if (error instanceof Failure && error.reason === "terms-changed") await this.#lookAgain(homeserver);
        throw error;
      }
    });
  }

  /** The operator has other documents now. */
  async #lookAgain(homeserver: Homeserver): Promise<void> {
    const found = await this.#options.engine.discover(homeserver.address);
    this.#step({ kind: "register", homeserver: { ...found, name: homeserver.name } });
  }

  #enter(kind: "sign-in" | "register", act: (homeserver: Homeserver) => Promise<Session>): Promise<void> {
    const { step } = this.#state.peek();
    if (step.kind !== kind) return Promise.resolve();
    return this.#busy(async () => this.#options.signedIn(await act(step.homeserver)));
  }

  #discover(server: string, name: string | undefined): Promise<void> {
    return this.#busy(async () => {
      const found = await this.#options.engine.discover(server);
      this.#step({ kind: "sign-in", homeserver: name ? { ...found, name } : found });
    });
  }

  #step(step: SignInStep): void {
    this.#state.value = { ...this.#state.peek(), step, failure: undefined };
  }

  async #busy(act: () => Promise<void>): Promise<void> {
    if (this.#state.peek().busy) return;
    this.#state.value = { ...this.#state.peek(), busy: true, failure: undefined };
    try {
      await act();
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure("unknown", { cause: error });
      this.#state.value = { ...this.#state.peek(), failure };
    } finally {
      this.#state.value = { ...this.#state.peek(), busy: false };
    }
  }
}

/** Which field a failure is about; else it is told above all of them. */
export function fieldOf(reason: FailureReason): "server" | "name" | "password" | "token" | undefined {
  switch (reason) {
    case "no-server":
      return "server";
    case "name-taken":
    case "name-invalid":
      return "name";
    case "password-weak":
      return "password";
    case "wrong-token":
      return "token";
    default:
      return undefined;
  }
}
