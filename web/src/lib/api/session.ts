import type { Guest } from "./types";

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const key = "holdfast.guest";
/** The token before this one, for whoever has to find what was booked with it. */
const previousKey = "holdfast.guest.previous";

interface SessionParts {
  /** Makes a guest at the box office. */
  create: () => Promise<Guest>;
  /** May throw: a browser can refuse even to be asked for its storage. */
  store: () => Store;
  /** Does work while no other tab does its own. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * The guest that this browser is: made when first needed, and kept. All tabs share it, so that a second
 * tab sees the same bookings.
 */
export class Session {
  private making: Promise<string> | undefined;
  private readonly parts: SessionParts;
  private kept: string | undefined;

  constructor(parts: SessionParts) {
    this.parts = parts;
  }

  /** The token, if this browser is somebody already. */
  get token(): string | undefined {
    try {
      return this.parts.store().getItem(key) ?? this.kept;
    } catch {
      return this.kept; // no storage in this browser: the guest lives as long as the page
    }
  }

  /** The token; makes a guest where there is none. Many callers at once, in any tabs, make one. */
  async ensure(): Promise<string> {
    const token = this.token;
    if (token) return token;
    this.making ??= this.parts
      .alone(() => this.become())
      .finally(() => {
        this.making = undefined;
      });
    return this.making;
  }

  /** Puts a token that was refused aside, unless another one has taken its place. It is not lost. */
  retire(token: string): void {
    if (this.token !== token) return;
    this.kept = undefined;
    try {
      const store = this.parts.store();
      store.setItem(previousKey, token);
      store.removeItem(key);
    } catch {
      // no storage, nothing kept
    }
  }

  private async become(): Promise<string> {
    const before = this.token; // of the tab that had its turn before
    if (before) return before;
    const guest = await this.parts.create();
    // Where tabs cannot take turns, another one may have been first: its guest may have booked already.
    const meanwhile = this.token;
    if (meanwhile) return meanwhile;
    this.keep(guest.token);
    return guest.token;
  }

  private keep(token: string): void {
    this.kept = token;
    try {
      this.parts.store().setItem(key, token);
    } catch {
      // no storage: it is kept in memory
    }
  }
}
