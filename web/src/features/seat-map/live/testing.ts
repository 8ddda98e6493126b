import { vi } from "vitest";
import { statesOf } from "../model";
import { planned } from "../testing";
import { LiveConnection, type Socket } from "./connection";

const { hall, map } = planned({ rows: ["aa"] });

/** A socket whose other end is the test. */
class FakeSocket implements Socket {
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: string[] = [];
  closed = false;
  constructor(readonly path: string) {}

  send = (text: string) => void this.sent.push(text);
  close = () => void (this.closed = true);
  /** What the server says. */
  say(message: unknown) {
    const event = { data: typeof message === "string" ? message : JSON.stringify(message) } as MessageEvent;
    (this.onmessage as ((event: MessageEvent) => void) | null)?.(event);
  }
  snapshot(version: number, ...statuses: string[]) {
    const seats = statuses.map((status, i) => ({ id: `A${i + 1}`, status }));
    this.say({ type: "snapshot", showtimeId: hall.showtimeId, version, seats });
  }
  delta(from: number, version: number, id: string, status: string) {
    this.say({ type: "delta", from, version, seats: [{ id, status }] });
  }
  /** What the network or the server does. */
  end(code = 1006) {
    (this.onclose as ((event: CloseEvent) => void) | null)?.({ code } as CloseEvent);
  }
}

/** Knows how many listen. */
class Counting extends EventTarget {
  hidden = false;
  listeners = 0;
  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>) {
    this.listeners++;
    super.addEventListener(...args);
  }
  override removeEventListener(...args: Parameters<EventTarget["removeEventListener"]>) {
    this.listeners--;
    super.removeEventListener(...args);
  }
}

/** A connection of a page with two seats, in surroundings that the test plays. */
export function setUp({ random = () => 1 }: { random?: () => number } = {}) {
  const sockets: FakeSocket[] = [];
  const window = new Counting();
  const document = new Counting();
  const open = (path: string) => {
    const socket = new FakeSocket(path);
    sockets.push(socket);
    return socket;
  };
  const live = new LiveConnection(hall, statesOf(map), { open, random, window, document });
  const seen: string[] = [];
  const listener = vi.fn(() => void seen.push(live.snapshot().connection));
  return {
    live,
    sockets,
    window,
    document,
    seen,
    listener,
    start: () => live.subscribe(listener),
    get socket() {
      const socket = sockets.at(-1);
      if (!socket) throw new Error("no socket was opened");
      return socket;
    },
    see(hidden: boolean) {
      document.hidden = hidden;
      document.dispatchEvent(new Event("visibilitychange"));
    },
    get codes() {
      return [...live.snapshot().states.codes];
    },
  };
}
