/** Something that happens at a seat for a while. Times are those of the frames, in milliseconds. */
export interface Effect {
  seat: number;
  /** Another's doing changed it; it is to be noticed; the reader chose it. */
  kind: "change" | "pulse" | "pop";
  /** Of a change: what it looked like before and looks like now. */
  from: number;
  to: number;
  start: number;
  ms: number;
}

const CHANGE_MS = 600;
const POP_MS = 180;
const PULSE_MS = 1900;
/** So many changes at once are not news but another state: a reconnect. */
const MANY = 200;

/** What is happening at the seats now. */
export class Effects {
  private effects: Effect[] = [];

  get active(): boolean {
    return this.effects.length > 0;
  }

  get all(): readonly Effect[] {
    return this.effects;
  }

  change(changes: readonly { seat: number; from: number; to: number }[], now: number): void {
    if (changes.length > MANY) return;
    for (const { seat, from, to } of changes) this.add({ kind: "change", seat, from, to, start: now, ms: CHANGE_MS });
  }

  pulse(seats: readonly number[], now: number): void {
    for (const seat of seats) this.add({ kind: "pulse", seat, from: 0, to: 0, start: now, ms: PULSE_MS });
  }

  pop(seat: number, now: number): void {
    this.add({ kind: "pop", seat, from: 0, to: 0, start: now, ms: POP_MS });
  }

  /** Forgets what is over. */
  advance(now: number): void {
    if (this.effects.some((e) => now >= e.start + e.ms)) {
      this.effects = this.effects.filter((e) => now < e.start + e.ms);
    }
  }

  clear(): void {
    this.effects = [];
  }

  private add(effect: Effect): void {
    // One of a kind at a seat: the newest.
    this.effects = this.effects.filter((e) => e.seat !== effect.seat || e.kind !== effect.kind);
    this.effects.push(effect);
  }
}
