/** The queue: what is open, most valuable first, in step with the service and with what others decide. */

import * as api from "./api.js";

const FIRST = 60;
const MORE = 1000;

/** @param {string} report @param {string} cell */
export const keyOf = (report, cell) => `${report}/${cell}`;

/** @param {api.Item[]} items */
export const cellsOf = (items) => items.reduce((sum, item) => sum + item.cells, 0);

/** @typedef {api.Item & {place: number}} Placed an item, and where it stands: what comes back returns to its place */

/** Dispatches `change` whenever what is open changed. */
export class Queue extends EventTarget {
  /** @param {() => Promise<unknown>} patience what is waited for before more than the first screen is asked for */
  constructor(patience) {
    super();
    this.patience = patience;
    /** @type {Placed[]} */
    this.items = [];
    /** How many cells are open in all. */
    this.open = 0;
    /** How many items there are in all; more than `items` while the rest is still coming. */
    this.questions = 0;
    /** Whether the first answer came. */
    this.begun = false;
    /** @type {Map<string, number>} Where each item stood when it was first seen. */
    this.places = new Map();
    this.loads = 0;
    /** Counts what was decided or taken back here: an answer that was asked for before is not taken up. */
    this.touched = 0;
    /** @type {Set<string>} What was decided here, as long as no answer from after it has come. */
    this.dropped = new Set();
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
      read = read.concat(answer.items.filter((item) => !this.dropped.has(keyOf(item.report, item.cell))));
      if (!this.begun || !answer.next || read.length >= this.items.length) this.take(this.placed(read), answer);
      if (!answer.next) return;
      await this.patience();
      answer = await api.queue({ limit: MORE, after: answer.next });
    }
  }

  /**
   * Take up what is open of one report now.
   * @param {string} report
   * @returns {Promise<boolean>} false where the answer was overtaken, and is not taken up
   */
  async refresh(report) {
    const [load, touched] = [this.loads, this.touched];
    const answer = await api.queue({ report, limit: MORE });
    if (load !== this.loads || touched !== this.touched) return false;
    for (const key of this.dropped) if (key.startsWith(`${report}/`)) this.dropped.delete(key);
    const [own, others] = [this.items.filter((item) => item.report === report), this.items.filter((item) => item.report !== report)];
    const beside = own.length ? own[own.length - 1].place : this.places.size;
    for (const item of answer.items) {
      const key = keyOf(item.report, item.cell);
      if (!this.places.has(key)) this.places.set(key, beside + 0.5);
    }
    const items = [...others, ...this.placed(answer.items)].sort((one, other) => one.place - other.place);
    this.put(items);
    return true;
  }

  /**
   * Leave out items that were decided, before the service's own word on them.
   * @param {string} report
   * @param {string[]} cells
   */
  drop(report, cells) {
    const gone = new Set(cells);
    this.touched += 1;
    for (const cell of cells) this.dropped.add(keyOf(report, cell));
    const kept = this.items.filter((item) => item.report !== report || !gone.has(item.cell));
    this.put(kept);
  }

  /** @param {Placed} item Put an item in that was left out, at its place. */
  restore(item) {
    this.touched += 1;
    this.dropped.delete(keyOf(item.report, item.cell));
    if (this.find(item.report, item.cell) >= 0) return;
    const at = this.items.findIndex((other) => other.place > item.place);
    this.put(this.items.toSpliced(at < 0 ? this.items.length : at, 0, item));
  }

  /** @param {Placed} item Put it off to the end. */
  skip(item) {
    const place = 1e9 + this.places.size + performance.now();
    this.places.set(keyOf(item.report, item.cell), place);
    this.put([...this.items.filter((other) => other !== item), { ...item, place }]);
  }

  /** @param {Placed[]} items in their order, of which some are other than before */
  put(items) {
    const open = this.open + cellsOf(items) - cellsOf(this.items);
    this.take(items, { open, questions: this.questions + items.length - this.items.length });
  }

  /** @param {Placed[]} items in their order @param {{open: number, questions: number}} counts */
  take(items, { open, questions }) {
    this.items = items;
    this.open = open;
    this.questions = questions;
    this.begun = true;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {api.Item[]} items @returns {Placed[]} */
  placed(items) {
    return items.map((item) => ({ ...item, place: this.places.get(keyOf(item.report, item.cell)) ?? this.places.size }));
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

  /** @param {api.Item} item @returns {Placed[]} the open items that one decision may settle, itself included */
  group(item) {
    return this.items.filter((other) => other.group === item.group && other.report === item.report);
  }
}
