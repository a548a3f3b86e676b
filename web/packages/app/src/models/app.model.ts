// The app as a whole: nobody is signed in yet, or somebody is. Several accounts may be open, apart from each other; one
// of them is shown.
import {
  computed,
  type Engine,
  Failure,
  type KnownAccount,
  type Live,
  type Session,
  signal,
} from "@herold/engine";

import { type Panel, placeOf, type Route, withPanel } from "./route.ts";
import { type OwnServer, SignInModel } from "./sign-in.model.ts";
import { until } from "./until.ts";

export type AppState =
  | { readonly kind: "starting" }
  | {
      readonly kind: "signed-out";
      readonly signIn: SignInModel;
      /** The account from which another one is added. */
      readonly back: KnownAccount | undefined;
    }
  | { readonly kind: "signed-in"; readonly session: Session }
  /** The account is here, but it could not be opened; without one, nothing that the browser keeps could be. */
  | { readonly kind: "failed"; readonly failure: Failure; readonly account: KnownAccount | undefined };

/** An account of this browser that is not the one that is shown. */
export interface OtherAccount {
  readonly account: KnownAccount;
  /** Nothing while it is not open: it can be tried. */
  readonly session: Session | undefined;
}

export interface AppOptions {
  readonly engine: Engine;
  readonly ownServer: OwnServer | undefined;
  /** Back to where one came from, or to a place one was at before, as the browser's own button goes. */
  readonly back: (to?: Route) => void;
  /** What else this browser keeps of an account that was signed out. */
  readonly forget: (userId: string) => void;
}

const HOME: Route = { kind: "home" };

export class AppModel {
  readonly #options: AppOptions;
  readonly #state = signal<AppState>({ kind: "starting" });
  readonly #route = signal<Route>(HOME);
  readonly #accounts = signal<readonly KnownAccount[]>([]);
  readonly #sessions = signal<ReadonlyMap<string, Session>>(new Map());
  readonly #update = signal<(() => void) | undefined>(undefined);
  #beforeSettings: Route = HOME;
  /** Whom somebody wants to be when the app has started. */
  #wanted: string | undefined;

  readonly state: Live<AppState> = this.#state;
  readonly route: Live<Route> = this.#route;
  /** Changes to a newer version of the app, once one is ready. */
  readonly update: Live<(() => void) | undefined> = this.#update;
  /** All that are open, the one that is shown among them. */
  readonly sessions: Live<readonly Session[]>;
  readonly others: Live<readonly OtherAccount[]>;

  constructor(options: AppOptions) {
    this.#options = options;
    this.sessions = computed(() => [...this.#sessions.value.values()]);
    this.others = computed(() => {
      const state = this.#state.value;
      const shown = state.kind === "signed-in" ? state.session.userId : undefined;
      return this.#accounts.value
        .filter(({ userId }) => userId !== shown)
        .map((account) => ({ account, session: this.#sessions.value.get(account.userId) }));
    });
  }

  /** Goes on with the account used last, or asks who is there. */
  async start(): Promise<void> {
    let accounts: readonly KnownAccount[];
    try {
      accounts = await this.#lookAtAccounts();
    } catch (error) {
      this.#failed(undefined, error);
      return;
    }
    const account = accounts.find(({ userId }) => userId === this.#wanted) ?? accounts[0];
    this.#wanted = undefined;
    if (account) await this.show(account);
    else this.askWho();
  }

  /** Shows an account of this browser; opens it where it is not open. */
  async show(account: KnownAccount): Promise<void> {
    const state = this.#state.peek();
    // A place in one account is none in another.
    if (state.kind === "signed-in" && state.session.userId !== account.userId) this.#goHome();
    const open = this.#sessions.peek().get(account.userId);
    if (open) this.#enter(open);
    else await this.resume(account);
  }

  async resume(account: KnownAccount): Promise<void> {
    this.#state.value = { kind: "starting" };
    try {
      this.#enter(await this.#options.engine.resume(account));
    } catch (error) {
      this.#failed(account, error);
    }
  }

  #failed(account: KnownAccount | undefined, error: unknown): void {
    const failure = error instanceof Failure ? error : new Failure("unknown", { cause: error });
    this.#state.value = { kind: "failed", failure, account };
  }

  /** Fails as `Session.signInAgain` does, and goes on with the account otherwise. */
  async signInAgain(session: Session, password: string): Promise<void> {
    await session.signInAgain(password);
    await this.resume(session);
  }

  /** For somebody who is not here yet. */
  askWho(): void {
    const state = this.#state.peek();
    const back = state.kind === "signed-in" ? state.session : undefined;
    const signIn = new SignInModel({
      engine: this.#options.engine,
      ownServer: this.#options.ownServer,
      signedIn: (session) => {
        if (back) this.#goHome();
        this.#enter(session);
      },
    });
    this.#state.value = { kind: "signed-out", signIn, back };
    void signIn.start();
  }

  go(route: Route): void {
    const before = this.#route.peek();
    if (before.kind !== "settings") this.#beforeSettings = before;
    this.#route.value = route;
  }

  /** Back to where one came from, or to a place one was at before; on no way does one come to what was left again. */
  back(to?: Route): void {
    this.#options.back(to);
  }

  /** Puts something beside the room that is looked at, or takes it away. */
  showPanel(panel: Panel | undefined): void {
    const route = withPanel(this.#route.peek(), panel);
    if (panel) this.#route.value = route;
    else this.back(route);
  }

  updateReady(change: () => void): void {
    this.#update.value = change;
  }

  /** The address bar changed. */
  goTo(hash: string): void {
    const { userId, route } = placeOf(hash);
    if (userId) void this.open(userId, route);
    else this.go(route);
  }

  /** A place of one of the accounts, from outside the app. */
  async open(userId: string, route: Route): Promise<void> {
    const state = this.#state.peek();
    if (state.kind === "starting") this.#wanted = userId;
    else if (state.kind !== "signed-in" || state.session.userId !== userId) {
      const account = this.#accounts.peek().find((known) => known.userId === userId);
      if (!account) return;
      await this.show(account);
    }
    this.go(route);
  }

  /** Back to where the person was before. */
  leaveSettings(): void {
    this.back(this.#beforeSettings);
  }

  #enter(session: Session): void {
    this.#keep(session);
    this.#state.value = { kind: "signed-in", session };
    // If it cannot be remembered, another account comes first the next time.
    this.#options.engine.used(session).catch(() => undefined);
    void this.#openOthers(session);
  }

  /** One after the other, when the one that is shown has come as far as it gets. */
  async #openOthers(shown: Session): Promise<void> {
    await until(shown.connection, (connection) => connection !== "starting");
    // Another tab has the account, and will have the others: taken from here, nobody would see them.
    if (shown.connection.peek() === "elsewhere") return;
    for (const account of await this.#lookAtAccounts()) {
      if (this.#sessions.peek().has(account.userId)) continue;
      // What does not open is tried again when somebody wants to see it.
      await this.#options.engine.resume(account).then(
        (session) => this.#keep(session),
        () => undefined,
      );
    }
  }

  /** From here on it is open, until it ends. */
  #keep(session: Session): void {
    if (this.#sessions.peek().get(session.userId) === session) return;
    this.#sessions.value = new Map(this.#sessions.peek()).set(session.userId, session);
    session.opened.catch((error) => {
      this.#drop(session);
      const state = this.#state.peek();
      if (state.kind === "signed-in" && state.session === session) this.#failed(session, error);
    });
    const stop = session.connection.subscribe((connection) => {
      if (connection !== "signed-out" && connection !== "elsewhere") return;
      queueMicrotask(() => stop());
      this.#drop(session);
      if (connection === "signed-out") void this.#leave(session);
    });
  }

  #drop(session: Session): void {
    if (this.#sessions.peek().get(session.userId) !== session) return;
    const others = new Map(this.#sessions.peek());
    others.delete(session.userId);
    this.#sessions.value = others;
  }

  async #leave(session: Session): Promise<void> {
    this.#options.forget(session.userId);
    const state = this.#state.peek();
    if (state.kind === "signed-in" && state.session === session) {
      this.#goHome();
      await this.start();
    } else await this.#lookAtAccounts();
  }

  async #lookAtAccounts(): Promise<readonly KnownAccount[]> {
    this.#accounts.value = await this.#options.engine.accounts();
    return this.#accounts.value;
  }

  #goHome(): void {
    this.#beforeSettings = HOME;
    this.#route.value = HOME;
  }
}
