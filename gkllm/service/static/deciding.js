/** Decisions: asked about where a relation is then broken, or where somebody else said otherwise; then sent in turn. */

import * as api from "./api.js";
import { isBroken } from "./cell_view.js";
import { choose, confirmed } from "./dialogs.js";
import { afterwards, tell } from "./dom.js";
import { cellsOf } from "./queue.js";
import { inWords, relationWords, said } from "./words.js";

/** @typedef {import("./cell_view.js").Known} Known */
/** @typedef {import("./api.js").Content} Content */

/**
 * What is to be decided, once nothing is left to ask; `whole` of all cells that are asked about in one.
 * @typedef {{every: Known[], content: Content, reason: string, seconds: number, overrule: boolean, whole: boolean}} Decided
 */

/** @param {Content} content @returns {Record<string, string | number | null>} */
export const asQuery = (content) => (content.state === "reported" ? { value: content.value } : { state: content.state });

/**
 * Ask where a relation is broken then, or somebody else said otherwise.
 * @param {Known[]} every cells of one report, all to have the same content
 * @param {Content} content
 * @param {string} reason
 * @param {number} seconds how long they were on the screen
 * @param {api.Side[]} sides their relations under the content; none where the breaking is meant
 * @returns {Promise<Decided | null>} null where it is not meant
 */
export async function considered(every, content, reason, seconds, sides) {
  const broken = sides.filter(isBroken);
  if (broken.length) {
    const title = said("Is {content} printed, although a relation is broken then?", { content: inWords(content) });
    if (!(await confirmed(title, broken.map(relationWords)))) return null;
  }
  const kept = broken.length && reason === "accepted" ? "confirmed" : reason;
  const whole = content.state === "missing" && every.some((known) => known.cells > 1);
  const decided = { every, content, reason: kept, seconds, overrule: every.some((known) => known.mark === "conflict"), whole };
  const opposed = opposing(every.flatMap((known) => known.decisions), content);
  if (!opposed.length || decided.overrule) return decided;
  const insists = await insisted(opposed, content);
  return insists && { ...decided, overrule: insists === "overrule" };
}

/**
 * Hand a decision over. Where somebody decided since, ask what is to become of that.
 * @param {Decided} decided
 * @returns {Promise<api.Decided | null>} what became of it, null where it does not stand
 */
export async function send({ every, content, reason, seconds, overrule, whole }) {
  /** @type {Record<string, string | null>} */
  let expected = Object.fromEntries(every.map((known) => [known.cell, known.last]));
  for (;;) {
    try {
      const cells = every.map((known) => known.cell);
      return await api.decide(every[0].report, { cells, ...content, reason, seconds, expected, overrule, whole });
    } catch (problem) {
      if (!(problem instanceof api.Problem) || problem.status !== 409) throw problem;
      /** @type {{cell: string, decisions: api.Decision[], last: string | null}[]} */
      const current = problem.body.current;
      const others = opposing(current.flatMap((one) => one.decisions), content);
      const insists = others.length ? await insisted(others, content) : "both";
      if (!insists) return null;
      expected = { ...expected, ...Object.fromEntries(current.map((one) => [one.cell, one.last])) };
      overrule = insists === "overrule";
    }
  }
}

/** @param {api.Decision[]} decisions @param {Content} mine @returns {api.Decision[]} those of others that say otherwise */
const opposing = (decisions, mine) => decisions.filter((one) =>
  one.reviewer !== document.body.dataset.reviewer && (one.value !== mine.value || one.state !== mine.state));

/**
 * Somebody else decided: what is to become of it?
 * @param {api.Decision[]} theirs
 * @param {Content} mine
 * @returns {Promise<"both" | "overrule" | null>}
 */
async function insisted(theirs, mine) {
  const lines = theirs.map((decision) => said("{who} says {what}", { who: decision.reviewer, what: inWords(decision) }));
  lines.push(said("you say {what}", { what: inWords(mine) }));
  const chosen = await choose(said("Somebody else decided this cell."), lines, [
    { key: "n", word: said("let theirs stand"), value: "theirs" },
    { key: "y", word: said("say mine too: the cell is then in conflict"), value: "both" },
    { key: "o", word: said("put theirs aside"), value: "overrule" },
  ]);
  if (chosen === "both" || chosen === "overrule") return chosen;
  tell(said("Theirs stands."));
  return null;
}

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
   * @param {Decided} decided
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
