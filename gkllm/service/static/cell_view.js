/** The cell under review: what was read and why it is doubtful, what can be chosen, and its relations, live. */

import { mayWrite } from "./access.js";
import * as api from "./api.js";
import { afterwards, byId, make } from "./dom.js";
import { inWords, labels, language, markOf, markOfItem, percent, quoted, said, told } from "./words.js";

const SHOWN = 9;

/**
 * What is known of a cell: the queue's item, and the report's own word on it once that is here. `cells` counts those that
 * are asked about in one.
 * @typedef {{report: string, cell: string, cells: number, question: string, label: string, label_en: string,
 *   report_name: string, value: number | null, state: string, raw: string, confidence: number, reasons: string[],
 *   candidates: api.Candidate[], mark: string,
 *   decisions: api.Decision[], last: string | null, readers: [string, string][], notes: string[]}} Known
 */

/** @param {api.Item} item @returns {Known} */
export function fromItem(item) {
  return { ...item, mark: markOfItem(item), decisions: item.conflict, readers: [], notes: [] };
}

/** @param {api.Review} review @param {string} id @returns {Known | null} */
export function fromReview(review, id) {
  const cell = review.cells[id];
  if (!cell) return null;
  const { issuer, year, name } = review.report;
  return {
    ...cell,
    report: review.report.id,
    cell: id,
    cells: 1,
    report_name: issuer && year ? `${issuer} ${year}` : name,
    mark: markOf(cell),
    readers: Object.entries(cell.readers).map(([who, view]) => [
      reader(who, view.name), view.raw === null ? said("nothing") : quoted(view.raw)]),
    notes: cell.notes.map((note) => said("note by {who}: {text}", { who: note.reviewer, text: note.text })),
  };
}

/** @param {string} who @param {string | null} name */
function reader(who, name) {
  const word = { rules: said("rules"), model: said("model") }[who] ?? who;
  return name ? `${word} (${name})` : word;
}

/** @param {api.Side} side */
export const isBroken = (side) => side.assessable && !side.holds && side.severity === "error";

/** @param {{holds: number, broken: number}} found */
const tally = ({ holds, broken }) => [
  holds ? said("✓ {count} hold", { count: holds }) : "", broken ? said("✗ {count} broken", { count: broken }) : "",
].filter(Boolean).join(", ");

export class CellView {
  /**
   * @param {{candidate: (number: number) => void, typed: (text: string, twice: boolean) => void,
   *   sent: () => Promise<void>}} does `sent` is kept once every decision is with the service
   */
  constructor(does) {
    this.does = does;
    /** @type {{of: string, sides: Promise<api.Sides>} | null} The relations as the cell stands, asked for ahead of any key. */
    this.standing = null;
    /** @type {Known | null} */
    this.known = null;
    this.drawn = "";
    this.asked = 0;
    this.warned = "";
    this.input = /** @type {HTMLInputElement} */ (byId("typed"));
    const live = afterwards(40, () => this.live());
    this.input.addEventListener("input", () => {
      this.warned = "";
      live();
    });
    byId("typing").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.input.value.trim()) this.does.typed(this.input.value, this.warned === this.input.value);
    });
  }

  /** @param {Known | null} known */
  show(known) {
    const other = known?.cell !== this.known?.cell || known?.report !== this.known?.report;
    this.known = known;
    const drawn = JSON.stringify([known, language(), mayWrite()]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    byId("cell-pane").classList.toggle("idle", !known);
    byId("cell-idle").hidden = known !== null;
    byId("cell-body").hidden = known === null;
    if (!known) return;
    if (other) {
      this.input.value = "";
      this.warned = "";
      byId("cell-about").scrollTop = 0;
    }
    const [label, english] = labels(known);
    byId("cell-label").textContent = label;
    byId("cell-english").textContent = english;
    byId("cell-question").textContent = known.question;
    byId("cell-reading").replaceChildren(...this.reading(known));
    byId("cell-facts").replaceChildren(...this.facts(known));
    byId("candidates").replaceChildren(...known.candidates.slice(0, SHOWN).map((one, index) => this.candidate(one, index)));
    this.live();
  }

  /** @param {Known} known */
  reading(known) {
    return [
      make("span", { class: `mark ${known.mark}` }, told(known.mark)),
      make("b", {}, inWords(known)),
      make("span", { class: "muted" }, said("confidence {share}", { share: percent(known.confidence) })),
    ];
  }

  /** @param {Known} known */
  facts(known) {
    const said_ = known.decisions.map((decision) => make("li", { class: "says" },
      said("{who} says {what}", { who: decision.reviewer, what: inWords(decision) })));
    const reasons = known.reasons.map((reason) => make("li", {}, reason));
    const readers = known.readers.map(([who, what]) => make("li", { class: "muted" }, said("{who} read {what}", { who, what })));
    const notes = known.notes.map((note) => make("li", { class: "note" }, note));
    return [...said_, ...reasons, ...readers, ...notes];
  }

  /** @param {api.Candidate} candidate @param {number} index */
  candidate(candidate, index) {
    const read = this.known?.state === "reported" && this.known.value === candidate.value;
    return make("button", { type: "button", class: read ? "read" : null, disabled: !mayWrite(), onclick: () => this.does.candidate(index + 1) },
      make("kbd", {}, String(index + 1)), make("b", {}, String(candidate.value)), make("span", {}, candidate.words),
      make("span", { class: "tally", "data-value": candidate.value }));
  }

  /** The relations of the cell as it stands, or under what is typed so far. */
  async live() {
    const known = this.known;
    if (!known) return;
    const typed = this.input.value.trim();
    const asked = ++this.asked;
    try {
      const sides = await (typed ? this.relations(known, { typed }) : this.asItStands(known));
      if (asked === this.asked) this.sides(sides);
    } catch (problem) {
      if (asked !== this.asked) return;
      byId("sides").replaceChildren(make("li", { class: "broken" }, String(/** @type {Error} */ (problem).message)));
    }
  }

  /** Somebody else changed the report: its relations may be others. */
  again() {
    this.standing = null;
    this.live();
  }

  /** @param {Known} known @returns {Promise<api.Sides>} asked for once, as long as the cell is shown as it is */
  asItStands(known) {
    const of = JSON.stringify([known.report, known.cell, known.value, known.state, known.decisions.length]);
    if (this.standing?.of !== of) this.standing = { of, sides: this.relations(known, {}) };
    return this.standing.sides;
  }

  /** @param {Known} known @param {Record<string, string | number | null>} query @returns {Promise<api.Sides>} */
  async relations(known, query) {
    await this.does.sent();
    return api.relations(known.report, { cell: known.cell, ...query });
  }

  /** @param {api.Sides} sides */
  sides(sides) {
    const lines = sides.relations.map((side) => this.side(side, sides));
    if (!lines.length) lines.push(make("li", { class: "muted" }, said("no relation speaks of this cell")));
    if (this.warned) {
      lines.unshift(make("li", { class: "broken" }, said("This value breaks a relation. Enter again if it is what is printed.")));
    }
    lines.push(...sides.suggestions.map((one) => make("li", { class: "suggestion" }, one.words)));
    byId("sides").replaceChildren(...lines);
    const held = sides.relations.filter((side) => side.assessable && side.holds).length;
    byId("sides-told").textContent = sides.relations.length
      ? tally({ holds: held, broken: sides.relations.filter(isBroken).length }) : "";
    for (const { value, ...found } of sides.candidates) {
      const place = document.querySelector(`#candidates .tally[data-value="${value}"]`);
      if (place && sides.relations.length) place.textContent = tally(found);
    }
  }

  /** @param {api.Side} side @param {api.Sides} sides */
  side(side, sides) {
    const look = !side.assessable ? "open" : side.holds ? "holds" : side.severity === "error" ? "broken" : "advice";
    const [left, right] = [side.left_terms, side.right_terms].map((terms) => this.terms(terms, sides));
    const calculation = left.length + right.length > 1 ? make("span", { class: "terms" }, ...left, ` ${side.operator} `, ...right) : null;
    return make("li", { class: look },
      make("b", {}, side.sums), ` ${side.statement} · ${side.about}`, calculation);
  }

  /** @param {api.Term[]} terms @param {api.Sides} sides @returns {(Node | string)[]} zeros of long sums left out */
  terms(terms, sides) {
    const shown = terms.filter((term) => terms.length <= 2 || term.value !== 0);
    if (!shown.length) return ["0"];
    return shown.flatMap((term, index) => {
      const value = term.cell === this.known?.cell ? inWords(sides) : String(term.value ?? "?");
      const link = make("a", { href: `#/reports/${this.known?.report}/${term.cell}` }, `${term.label} `, make("b", {}, value));
      return index ? [" + ", link] : [link];
    });
  }

  /** Say that what is typed breaks a relation: it has to be entered once more. */
  warn() {
    this.warned = this.input.value;
    this.live();
  }
}
