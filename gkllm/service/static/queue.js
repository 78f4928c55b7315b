/** The queue: what is open, most valuable first, in step with the service and with what others decide. */

import * as api from "./api.js";

const FIRST = 200;
const MORE = 2000;

/** @param {string} report @param {string} cell */
export const keyOf = (report, cell) => `${report}/${cell}`;

/** Dispatches `change` whenever what is open changed. */
export class Queue extends EventTarget {
  constructor() {
    super();
    /** @type {api.Item[]} */
    this.items = [];
    /** How many are open in all; more than `items` while the rest is still coming. */
    this.open = 0;
    /** Whether the first answer came. */
    this.begun = false;
    /** @type {Map<string, number>} Where each item stood when it was first seen: items that come back return there. */
    this.places = new Map();
    /** @type {Set<string>} */
    this.skipped = new Set();
    this.loads = 0;
  }

  /** Read it from its beginning: a screenful at once, the rest behind it. */
  async load() {
    const load = ++this.loads;
    let answer = await api.queue({ limit: FIRST });
    /** @type {api.Item[]} */
    let read = [];
    this.places.clear();
    for (;;) {
      if (load !== this.loads) return;
      for (const item of answer.items) this.places.set(keyOf(item.report, item.cell), this.places.size);
      read = read.concat(answer.items);
      if (!this.begun || !answer.next || read.length >= this.items.length) this.take(read, answer.open);
      if (!answer.next) return;
      answer = await api.queue({ limit: MORE, after: answer.next });
    }
  }

  /**
   * Take up what is open of one report now.
   * @param {string} report
   */
  async refresh(report) {
    const load = this.loads;
    const answer = await api.queue({ report, limit: MORE });
    if (load !== this.loads) return;
    const others = this.items.filter((item) => item.report !== report);
    const beside = Math.max(-1, ...this.items.filter((item) => item.report === report).map((item) => this.place(item)));
    for (const item of answer.items) {
      const key = keyOf(item.report, item.cell);
      if (!this.places.has(key)) this.places.set(key, beside < 0 ? this.places.size : beside + 0.5);
    }
    const whole = this.items.length >= this.open;
    const items = [...others, ...answer.items];
    this.take(items, whole ? items.length : this.open + items.length - this.items.length);
  }

  /**
   * Leave out items that were decided, before the service's own word on them.
   * @param {string} report
   * @param {string[]} cells
   */
  drop(report, cells) {
    const gone = new Set(cells.map((cell) => keyOf(report, cell)));
    const kept = this.items.filter((item) => !gone.has(keyOf(item.report, item.cell)));
    this.take(kept, this.open - (this.items.length - kept.length));
  }

  /** @param {api.Item} item Put it off to the end. */
  skip(item) {
    this.skipped.add(keyOf(item.report, item.cell));
    this.take([...this.items], this.open);
  }

  /** @param {api.Item[]} items @param {number} open */
  take(items, open) {
    this.items = items.sort((one, other) => this.place(one) - this.place(other));
    this.open = open;
    this.begun = true;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {api.Item} item */
  place(item) {
    const key = keyOf(item.report, item.cell);
    return (this.places.get(key) ?? this.places.size) + (this.skipped.has(key) ? 1e9 : 0);
  }

  /** @param {string} report @param {string} cell @returns {number} -1 where it is not open */
  find(report, cell) {
    return this.items.findIndex((item) => item.cell === cell && item.report === report);
  }

  /**
   * The first item after `place`, around the end, that is wanted.
   * @param {number} place
   * @param {(item: api.Item) => boolean} wanted
   * @returns {api.Item | undefined}
   */
  next(place, wanted) {
    return [...this.items.slice(place + 1), ...this.items.slice(0, place + 1)].find(wanted);
  }

  /** @param {api.Item} item @returns {api.Item[]} the open items that one decision may settle, itself included */
  group(item) {
    return this.items.filter((other) => other.group === item.group && other.report === item.report);
  }
}
