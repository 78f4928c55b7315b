/** Decisions on their way to the service, one after the other; the reviewer is at the next cell meanwhile. */

import * as api from "./api.js";
import { send } from "./deciding.js";
import { afterwards, tell } from "./dom.js";
import { cellsOf } from "./queue.js";
import { said } from "./words.js";

/** Milliseconds without a decision, after which what became of them is asked for: not between two keys. */
const QUIET = 700;

/** @typedef {{report: string, cell: string}} Ref */

export class Outbox {
  /**
   * @param {import("./queue.js").Queue} queue
   * @param {import("./report_view.js").ReportView} reportView
   * @param {(ref: Ref) => void} go
   */
  constructor(queue, reportView, go) {
    this.queue = queue;
    this.reportView = reportView;
    this.go = go;
    this.sending = Promise.resolve();
    /** How many cells were decided here. */
    this.decided = 0;
    /** @type {import("./queue.js").Placed[]} What was decided here, the last at the end. */
    this.history = [];
    /** @type {Set<string>} Reports of which the queue is to be asked again. */
    this.changed = new Set();
    /** @type {Set<string>} Reports of which what is shown is. */
    this.decidedOf = new Set();
    this.takeUpSoon = afterwards(QUIET, () => this.takeUpChanged());
  }

  /** @param {() => unknown} work Do it after what is on its way. */
  later(work) {
    this.sending = this.sending.then(counted(work)).catch((problem) => tell(problem.message, "error"));
  }

  /**
   * Hand a decision over; where it does not stand, come back to its cell.
   * @param {import("./deciding.js").Decided} decided
   */
  decide(decided) {
    const { every } = decided;
    const { report } = every[0];
    const items = every.flatMap(({ cell }) => this.queue.items[this.queue.find(report, cell)] ?? []);
    const cells = decided.whole ? cellsOf(items) : every.length;
    this.decided += cells;
    this.history.push(...items);
    this.later(async () => {
      /** @type {api.Decided | null} */
      let found = null;
      try {
        found = await send(decided);
      } finally {
        this.takeUp(report, found?.settled !== true || found.changed.length > 0);
        if (!found) this.comeBack(every[0], items, cells);
      }
    });
    this.reportView.settle(report, every.map((known) => known.cell));
    this.queue.drop(report, every.map((known) => known.cell));
  }

  /** @param {Ref} ref @param {import("./queue.js").Placed[]} items what was not decided after all @param {number} cells */
  comeBack(ref, items, cells) {
    this.decided -= cells;
    this.history = this.history.filter((item) => !items.includes(item));
    this.go(ref);
  }

  async undo() {
    const last = this.history.pop();
    if (last) {
      this.decided = Math.max(0, this.decided - last.cells);
      this.queue.restore(last);
      this.go(last);
      this.later(() => this.takeBack(last));
      return;
    }
    await this.sending;
    await this.takeBack(null);
  }

  /** @param {Ref | null} expected the cell whose decision is taken back, as far as is known here */
  async takeBack(expected) {
    const { undone } = await api.undo();
    if (!undone) return tell(said("There is no decision of yours to take back."), "warning");
    if (undone.cell === expected?.cell && undone.report === expected.report) return this.takeUp(undone.report);
    await Promise.all([this.queue.refresh(undone.report), this.reportView.forget(undone.report)]);
    this.go(undone);
  }

  /**
   * Something was decided of a report: take up what is so now, once it is quiet for a moment.
   * @param {string} report
   * @param {boolean} [queue] whether more became of the queue than is shown already
   */
  takeUp(report, queue = true) {
    this.decidedOf.add(report);
    if (queue) {
      this.queue.touched += 1;
      this.changed.add(report);
    }
    this.takeUpSoon();
  }

  takeUpChanged() {
    const [changed, decided] = [[...this.changed], [...this.decidedOf]];
    this.changed.clear();
    this.decidedOf.clear();
    for (const report of changed) {
      this.queue.refresh(report).then((taken) => taken || this.again(report)).catch(() => undefined);
    }
    for (const report of decided) this.reportView.forget(report).catch(() => undefined);
  }

  /** @param {string} report Something was decided meanwhile: ask once more. */
  again(report) {
    this.changed.add(report);
    this.takeUpSoon();
  }
}

/**
 * The work, counted on the page while it lasts: `data-working` is there until nothing is on its way.
 * @param {() => unknown} work
 */
export function counted(work) {
  const { dataset } = document.body;
  dataset.working = String(Number(dataset.working ?? 0) + 1);
  return async () => {
    try {
      await work();
    } finally {
      const left = Number(dataset.working) - 1;
      if (left > 0) dataset.working = String(left);
      else delete dataset.working;
    }
  };
}
