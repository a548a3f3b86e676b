// The app as a whole: nobody is signed in yet, or somebody is.
import { type Engine, Failure, type KnownAccount, type Live, type Session, signal } from "@herold/engine";

import { type Panel, type Route, routeOf, withPanel } from "./route.ts";
import { type OwnServer, SignInModel } from "./sign-in.model.ts";

export type AppState =
  | { readonly kind: "starting" }
  | { readonly kind: "signed-out"; readonly signIn: SignInModel }
  | { readonly kind: "signed-in"; readonly session: Session }
  /** The account is here, but it could not be opened. */
  | { readonly kind: "failed"; readonly failure: Failure; readonly account: KnownAccount };

export class AppModel {
  readonly #engine: Engine;
  readonly #ownServer: OwnServer | undefined;
  readonly #state = signal<AppState>({ kind: "starting" });
  readonly #route = signal<Route>({ kind: "home" });
  #beforeSettings: Route = { kind: "home" };

  readonly state: Live<AppState> = this.#state;
  readonly route: Live<Route> = this.#route;

  constructor(engine: Engine, ownServer: OwnServer | undefined) {
    this.#engine = engine;
    this.#ownServer = ownServer;
  }

  /** Goes on with the account used last, or asks who is there. */
  async start(): Promise<void> {
    const [account] = await this.#engine.accounts();
    if (account) await this.resume(account);
    else this.askWho();
  }

  async resume(account: KnownAccount): Promise<void> {
    this.#state.value = { kind: "starting" };
    try {
      this.#enter(await this.#engine.resume(account));
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure("unknown", { cause: error });
      this.#state.value = { kind: "failed", failure, account };
    }
  }

  /** Fails as `Session.signInAgain` does, and goes on with the account otherwise. */
  async signInAgain(session: Session, password: string): Promise<void> {
    await session.signInAgain(password);
    await this.resume(session);
  }

  askWho(): void {
    const signIn = new SignInModel({
      engine: this.#engine,
      ownServer: this.#ownServer,
      signedIn: (session) => this.#enter(session),
    });
    this.#state.value = { kind: "signed-out", signIn };
    void signIn.start();
  }

  go(route: Route): void {
    const before = this.#route.peek();
    if (before.kind !== "settings") this.#beforeSettings = before;
    this.#route.value = route;
  }

  /** Puts something beside the room that is looked at, or takes it away. */
  showPanel(panel: Panel | undefined): void {
    this.#route.value = withPanel(this.#route.peek(), panel);
  }

  /** The address bar changed. */
  goTo(hash: string): void {
    this.go(routeOf(hash));
  }

  /** Back to where the person was before. */
  leaveSettings(): void {
    this.go(this.#beforeSettings);
  }

  #enter(session: Session): void {
    this.#state.value = { kind: "signed-in", session };
    const stop = session.connection.subscribe((connection) => {
      if (connection !== "signed-out") return;
      queueMicrotask(() => stop());
      this.#beforeSettings = { kind: "home" };
      this.#route.value = this.#beforeSettings;
      void this.start();
    });
  }
}
