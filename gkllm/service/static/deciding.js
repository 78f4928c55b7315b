/** Decisions: asked about where a relation is then broken, or where somebody else said otherwise. */

import * as api from "./api.js";
import { isBroken } from "./cell_view.js";
import { choose, confirmed } from "./dialogs.js";
import { tell } from "./dom.js";
import { inWords, relationWords } from "./values.js";
import { said } from "./words.js";

/** @typedef {import("./cell_view.js").Known} Known */
/** @typedef {import("./api.js").Content} Content */

/** @param {Content} content */
const asQuery = (content) => (content.state === "reported" ? { value: content.value } : { state: content.state });

/**
 * Decide a cell, but ask first where a relation is broken then.
 * @param {Known} known
 * @param {Content} content
 * @param {string} reason
 * @param {number} seconds how long the cell was on the screen
 * @returns {Promise<boolean>} whether it was decided
 */
export async function propose(known, content, reason, seconds) {
  const sides = await api.relations(known.report, { cell: known.cell, ...asQuery(content) });
  const broken = sides.relations.filter(isBroken);
  if (broken.length) {
    const title = said("Is {content} printed, although a relation is broken then?", { content: inWords(content) });
    if (!(await confirmed(title, broken.map(relationWords)))) return false;
  }
  return commit([known], content, broken.length && reason === "accepted" ? "confirmed" : reason, seconds);
}

/**
 * Decide cells of one report, all with the same content.
 * @param {Known[]} every
 * @param {Content} content
 * @param {string} reason
 * @param {number} seconds
 * @returns {Promise<boolean>}
 */
export async function commit(every, content, reason, seconds) {
  const me = document.body.dataset.reviewer ?? "";
  const standing = every.flatMap((known) => known.decisions).filter((decision) => decision.reviewer !== me);
  const opposed = standing.filter((decision) => !same(decision, content));
  /** @type {Record<string, string | null>} */
  let expected = Object.fromEntries(every.map((known) => [known.cell, known.last]));
  let overrule = every.some((known) => known.mark === "conflict");
  if (opposed.length && !overrule) {
    const insists = await insisted(opposed, content);
    if (!insists) return false;
    overrule = insists === "overrule";
  }
  for (;;) {
    try {
      await api.decide(every[0].report, { cells: every.map((known) => known.cell), ...content, reason, seconds, expected, overrule });
      return true;
    } catch (problem) {
      if (!(problem instanceof api.Problem) || problem.status !== 409) throw problem;
      /** @type {{cell: string, decisions: api.Decision[], last: string | null}[]} */
      const current = problem.body.current;
      const others = current.flatMap((one) => one.decisions).filter((decision) => !same(decision, content));
      const insists = others.length ? await insisted(others, content) : "both";
      if (!insists) return false;
      expected = { ...expected, ...Object.fromEntries(current.map((one) => [one.cell, one.last])) };
      overrule = insists === "overrule";
    }
  }
}

/** @param {Content} one @param {Content} other */
const same = (one, other) => one.value === other.value && one.state === other.state;

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
