/** Decisions on their way to the service, one after the other; the reviewer is at the next cell meanwhile. */

import * as api from "./api.js";
import { send } from "./deciding.js";
import { afterwards, tell } from "./dom.js";
import { cellsOf } from "./queue.js";
import { said } from "./words.js";

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
    /** @type {Set<string>} */
    this.changed = new Set();
    this.takeUpSoon = afterwards(150, () => this.takeUpChanged());
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
      let stands = false;
      try {
        stands = await send(decided);
      } finally {
        this.takeUp(report);
        if (!stands) this.comeBack(every[0], items, cells);
      }
    });
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

  /** @param {string} report Something was decided of it: take up what is so now, soon. */
  takeUp(report) {
    this.queue.touched += 1;
    this.changed.add(report);
    this.takeUpSoon();
  }

  takeUpChanged() {
    const changed = [...this.changed];
    this.changed.clear();
    for (const report of changed) {
      this.queue.refresh(report).then((taken) => taken || this.again(report)).catch(() => undefined);
      this.reportView.forget(report).catch(() => undefined);
    }
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
