/** The review: one cell after the other, decided by key, mouse or touch. */

import { mayWrite, refuse } from "./access.js";
import * as api from "./api.js";
import { CellView, fromItem, fromReview, isBroken } from "./cell_view.js";
import { asQuery, considered, counted, Outbox } from "./deciding.js";
import { confirmed, help, keyHelp, line } from "./dialogs.js";
import { afterwards, byId, tell, toggleTheme } from "./dom.js";
import { keyOf, Queue } from "./queue.js";
import { QueueView } from "./queue_view.js";
import { ReportView } from "./report_view.js";
import { inWords, said } from "./words.js";

/** @typedef {import("./cell_view.js").Known} Known */
/** @typedef {{report: string, cell: string}} Ref */

const LISTED = 12;
/** What a token that may only look may do. */
const LOOKING = new Set(["skip", "nextReport", "search", "theme", "help", "move", "page"]);
const FETCHED_AHEAD = 3;
/** Items further down than this are not looked at for their reports. */
const SEEN_AHEAD = 400;

export class Review {
  constructor() {
    this.queue = new Queue(() => this.reportView.idle());
    this.queueView = new QueueView(this.queue, (item) => this.go(item));
    this.reportView = new ReportView(() => this.showCell());
    this.cellView = new CellView({
      candidate: (number) => this.act("candidate", number),
      typed: (text, twice) => this.later(() => this.typed(text, twice)),
      sent: () => this.outbox.sending,
    });
    /** @type {Ref | null} */
    this.current = null;
    /** Where the cursor is, or was while the current cell is not in the queue. */
    this.place = 0;
    this.shownAt = performance.now();
    this.sought = "";
    this.outbox = new Outbox(this.queue, this.reportView, (ref) => this.go(ref));
    /** Keys that come while one is being worked on wait for it. */
    this.working = Promise.resolve();
    window.addEventListener("beforeunload", (event) => document.body.dataset.working && event.preventDefault());
    this.fetchAheadSoon = afterwards(120, () => this.fetchAhead());
    this.queue.addEventListener("change", () => this.queueChanged());
  }

  /** @param {string} action @param {number} number */
  act(action, number) {
    /** @type {Record<string, (number: number) => unknown>} */
    const actions = {
      accept: () => this.accept(), confirm: () => this.confirm(), candidate: (which) => this.candidate(which),
      type: () => this.cellView.input.focus(), group: () => this.group(), skip: () => this.skip(), undo: () => this.outbox.undo(),
      note: () => this.note(), nextReport: () => this.nextReport(), search: () => this.search(), theme: toggleTheme,
      help: () => help(keyHelp()), move: (by) => this.move(by), page: (by) => this.move(by * this.queueView.screenful),
    };
    if (!mayWrite() && !LOOKING.has(action)) return refuse();
    this.later(() => (actions[action] ?? (() => this.mark(action)))(number));
  }

  /** @param {() => unknown} work Do it after what is being worked on. */
  later(work) {
    this.working = this.working.then(counted(work)).catch((problem) => tell(problem.message, "error"));
  }

  /** @param {Ref} ref Show a cell; the page's address is then the cell's own. */
  go(ref) {
    history.replaceState(null, "", `#/reports/${ref.report}/${ref.cell}`);
    this.show(ref);
  }

  /** @param {Ref} ref */
  show(ref) {
    this.current = { report: ref.report, cell: ref.cell };
    this.shownAt = performance.now();
    this.update();
    this.reportView.show(ref.report, ref.cell);
    this.fetchAheadSoon();
  }

  /** Fetch the reports that come next in the queue, one after the other, and the one that taking back leads to: each is
   * there when its turn comes. */
  async fetchAhead() {
    const { current } = this;
    const coming = new Set(this.queue.items.slice(this.place, this.place + SEEN_AHEAD).map((item) => item.report));
    const ahead = [...coming].filter((one) => one !== current?.report).slice(0, FETCHED_AHEAD);
    const back = this.outbox.history.slice(-1).map((item) => item.report);
    for (const report of [...back, ...ahead]) {
      if (this.current === current) await this.reportView.load(report).catch(() => undefined);
    }
  }

  /** @param {string} report Show a report: its first open cell, else its first cell. */
  async showReport(report) {
    const open = this.queue.items.find((item) => item.report === report);
    if (open) return this.go(open);
    const asked = location.hash;
    const { review } = await this.reportView.load(report);
    // Meanwhile the person may have gone elsewhere.
    if (location.hash !== asked) return;
    const cells = Object.values(review.cells);
    this.go({ report, cell: (cells.find((cell) => cell.open) ?? cells[0]).id });
  }

  /** Show the queue's first item, or that nothing is open. */
  showQueue() {
    if (this.current && this.queue.find(this.current.report, this.current.cell) >= 0) return this.go(this.current);
    if (this.queue.items.length) return this.go(this.queue.items[0]);
    this.showCell();
  }

  queueChanged() {
    const { open, questions } = this.queue;
    byId("open-count").textContent = open === questions
      ? said("{count} open", { count: open }) : said("{count} open in {questions} questions", { count: open, questions });
    byId("tab-count").textContent = String(questions);
    byId("decided-count").textContent = said("{count} decided", { count: this.outbox.decided });
    if (!this.current && this.queue.items.length && location.hash.startsWith("#/queue")) this.go(this.queue.items[0]);
    else this.update();
  }

  /** Draw the queue and the cell under its cursor. */
  update() {
    const found = this.current ? this.queue.find(this.current.report, this.current.cell) : -1;
    if (found >= 0) this.place = found;
    this.queueView.update(found);
    this.showCell();
  }

  /** @returns {Known | null} what is known of the current cell: the report's word, else the queue's */
  get known() {
    const { current } = this;
    if (!current) return null;
    const loaded = this.reportView.loaded;
    const item = this.queue.items[this.queue.find(current.report, current.cell)];
    const own = loaded?.review.report.id === current.report ? fromReview(loaded.review, current.cell) : null;
    if (!own || !item) return own ?? (item ? fromItem(item) : null);
    const { label, label_en, question, cells, last } = item;
    return cells > 1 ? { ...own, label, label_en, question, cells, last } : { ...own, last };
  }

  showCell() {
    this.cellView.show(this.known);
  }

  /** @param {number} by */
  move(by) {
    const { items } = this.queue;
    if (!items.length) return;
    const inQueue = this.current && this.queue.find(this.current.report, this.current.cell) >= 0;
    const from = inQueue || by < 0 ? this.place : this.place - 1;
    this.go(items[Math.max(0, Math.min(items.length - 1, from + by))]);
  }

  /** @returns {Known | null} */
  asked() {
    const { known } = this;
    if (!known) tell(said("Nothing is open."));
    return known;
  }

  get seconds() {
    return Math.round((performance.now() - this.shownAt) / 10) / 100;
  }

  async accept() {
    const known = this.asked();
    if (!known) return;
    const { relations } = await this.cellView.asItStands(known);
    this.decide(await considered([known], contentOf(known), "accepted", this.seconds, relations));
  }

  async confirm() {
    const known = this.asked();
    if (known) this.decide(await considered([known], contentOf(known), "confirmed", this.seconds, []));
  }

  /** @param {number} number */
  async candidate(number) {
    const known = this.asked();
    if (!known) return;
    const chosen = known.candidates[number - 1];
    if (!chosen) return tell(said("There is no candidate {number}.", { number }), "warning");
    await this.propose(known, { value: chosen.value, state: "reported" }, "candidate");
  }

  /** @param {string} state */
  async mark(state) {
    const known = this.asked();
    if (known) await this.propose(known, { value: null, state }, "marked");
  }

  /** @param {Known} known @param {api.Content} content @param {string} reason */
  async propose(known, content, reason) {
    const { relations } = await this.cellView.relations(known, asQuery(content));
    this.decide(await considered([known], content, reason, this.seconds, relations));
  }

  /** @param {string} text @param {boolean} twice whether a warning about this text was seen */
  async typed(text, twice) {
    const known = this.asked();
    if (!known) return;
    const sides = await this.cellView.relations(known, { typed: text });
    if (!twice && sides.relations.some(isBroken)) return this.cellView.warn();
    const content = { value: sides.value, state: sides.state };
    const decided = await considered([known], content, "typed", this.seconds, []);
    if (decided) this.cellView.input.blur();
    this.decide(decided);
  }

  async group() {
    const known = this.asked();
    if (known && known.cells > 1) return this.accept();
    const item = known && this.queue.items[this.queue.find(known.report, known.cell)];
    const group = item ? this.queue.group(item) : [];
    if (!known || group.length < 2) return known && tell(said("This cell is alone in its group."), "warning");
    const lines = group.slice(0, LISTED).map((one) => `${one.label}: ${inWords(one)}`);
    if (group.length > LISTED) lines.push(said("and {number} more", { number: group.length - LISTED }));
    if (!(await confirmed(said("Accept these {count} cells as they are read?", { count: group.length }), lines))) return;
    const each = this.seconds / group.length;
    /** @type {Map<string, Known[]>} */
    const alike = new Map();
    for (const one of group) {
      const key = `${one.value} ${one.state}`;
      alike.set(key, [...(alike.get(key) ?? []), fromItem(one)]);
    }
    for (const every of alike.values()) {
      this.decide(await considered(every, contentOf(every[0]), "confirmed", each * every.length, []));
    }
  }

  /** @param {import("./deciding.js").Decided | null} decided Hand it over, and go on to the next cell meanwhile. */
  decide(decided) {
    if (!decided) return;
    const gone = new Set(decided.every.map((known) => keyOf(known.report, known.cell)));
    const left = this.queue.items.filter((item) => !gone.has(keyOf(item.report, item.cell)));
    const next = left[Math.min(this.place, left.length - 1)];
    this.current = next ?? decided.every[0];
    this.outbox.decide(decided);
    this.go(this.current);
    if (!next) tell(said("Nothing is open. Every decision is kept."));
  }

  skip() {
    const known = this.asked();
    const at = known ? this.queue.find(known.report, known.cell) : -1;
    if (at < 0) return;
    const [item, next] = [this.queue.items[at], this.queue.items[at + 1]];
    this.current = next ?? item;
    this.queue.skip(item);
    this.go(this.current);
  }

  async note() {
    const known = this.asked();
    const text = known && (await line(said("Note about this cell")));
    if (!known || !text?.trim()) return;
    await api.note(known.report, known.cell, text.trim());
    await this.reportView.forget(known.report);
  }

  nextReport() {
    const next = this.queue.next(this.place, (item) => item.report !== this.current?.report);
    if (next) this.go(next);
    else tell(said("No other report is in the queue."), "warning");
  }

  async search() {
    const text = await line(said("Search labels, reports and printed strings"));
    if (text === null) return;
    this.sought = text.trim().toLowerCase() || this.sought;
    const found = this.queue.next(this.place, (item) =>
      [item.label, item.label_en, item.cell, item.report_name, item.raw].join(" ").toLowerCase().includes(this.sought));
    if (found) this.go(found);
    else tell(said("Nothing in the queue has “{sought}”.", { sought: this.sought }), "warning");
  }

  /** @param {import("./api.js").Heard} decided Somebody, oneself included, decided something. */
  heard(decided) {
    if (decided.reviewer === document.body.dataset.reviewer && decided.entry === "decision" && !decided.conflict) return;
    this.outbox.takeUp(decided.report);
    if (decided.reviewer === document.body.dataset.reviewer || decided.entry !== "decision") return;
    if (decided.report !== this.current?.report) return;
    this.cellView.again();
    if (decided.cell !== this.current.cell) return;
    tell(said("{who} says {what}", { who: decided.reviewer, what: inWords(decided) }), decided.conflict ? "warning" : "told");
  }
}

/** @param {Known} known @returns {api.Content} */
const contentOf = (known) => ({ value: known.value, state: known.state });
