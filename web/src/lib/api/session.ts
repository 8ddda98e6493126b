import type { Guest } from "./types";

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const key = "holdfast.guest";

/**
 * The guest that this browser is: made when first needed, kept until its token ends. All tabs share it,
 * so that a second tab sees the same bookings.
 */
export class Session {
  private making: Promise<string> | undefined;
  private readonly create: () => Promise<Guest>;
  private readonly store: () => Store;
  private kept: string | undefined;

  /** `store` may throw: a browser can refuse even to be asked for its storage. */
  constructor(create: () => Promise<Guest>, store: () => Store) {
    this.create = create;
    this.store = store;
  }

  /** The token, if this browser is somebody already. */
  get token(): string | undefined {
    try {
      return this.store().getItem(key) ?? this.kept;
    } catch {
      return this.kept; // no storage in this browser: the guest lives as long as the page
    }
  }

  /** The token; makes a guest where there is none. Many callers at once make one. */
  async ensure(): Promise<string> {
    const token = this.token;
    if (token) return token;
    this.making ??= this.create()
      .then((guest) => {
        this.keep(guest.token);
        return guest.token;
      })
      .finally(() => {
        this.making = undefined;
      });
    return this.making;
  }

  /** Forgets a token that was refused, unless another one has taken its place. */
  forget(token: string): void {
    if (this.token !== token) return;
    this.kept = undefined;
    try {
      this.store().removeItem(key);
    } catch {
      // no storage, nothing kept
    }
  }

  private keep(token: string): void {
    this.kept = token;
    try {
      this.store().setItem(key, token);
    } catch {
      // no storage: it is kept in memory
    }
  }
}
