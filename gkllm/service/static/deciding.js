/** Decisions: asked about where a relation is then broken, or where somebody else said otherwise. */

import * as api from "./api.js";
import { isBroken } from "./cell_view.js";
import { choose, confirmed } from "./dialogs.js";
import { tell } from "./dom.js";
import { inWords, relationWords } from "./values.js";
import { said } from "./words.js";

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
