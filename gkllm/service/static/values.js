/** What a cell holds, in words and in shapes. */

import { language, said } from "./words.js";

/** @typedef {import("./api.js").Content} Content */

const SIGNS = { blank: "", none: "无", not_applicable: "—", missing: "缺", unreadable: "?" };

/** The states by name. */
export const STATES = () => ({
  blank: said("空 blank"),
  none: said("无 none"),
  not_applicable: said("— not applicable"),
  missing: said("缺 missing"),
  unreadable: said("? unreadable"),
});

/** @param {Content} content @returns {string} digits, else the state by name */
export function inWords(content) {
  if (content.state === "reported") return String(content.value);
  return STATES()[/** @type {keyof typeof SIGNS} */ (content.state)] ?? content.state;
}

/** @param {Content} content @returns {string} digits, else the sign that stands for the state */
export function sign(content) {
  if (content.state === "reported") return String(content.value);
  return SIGNS[/** @type {keyof typeof SIGNS} */ (content.state)] ?? "";
}

/** @param {string} raw @returns {string} the print in quotation marks, its spaces visible */
export const quoted = (raw) => `“${raw.replace(/ /g, "␣")}”`;

/** @param {number} confidence */
export const percent = (confidence) => `${Math.floor(confidence * 100)}%`;

/**
 * How sure a cell is, as the name of its look; `told` says it.
 * @param {{state: string, needs_review: boolean, open: boolean, confidence: number, decisions: unknown[]}} cell
 */
export function markOf(cell) {
  if (cell.decisions.length) return cell.open && cell.decisions.length > 1 ? "conflict" : "settled";
  if (cell.state === "missing") return "missing";
  if (cell.needs_review) return "review";
  return cell.confidence >= 0.99 ? "sure" : "likely";
}

/** @param {import("./api.js").Item} item @returns {string} the same of a question */
export const markOfItem = (item) => (item.conflict.length ? "conflict" : item.state === "missing" ? "missing" : "review");

/** @param {string} mark */
export function told(mark) {
  const words = {
    sure: said("sure"),
    likely: said("likely"),
    review: said("needs review"),
    missing: said("missing"),
    settled: said("decided"),
    conflict: said("reviewers disagree"),
  };
  return words[/** @type {keyof typeof words} */ (mark)] ?? mark;
}

export const MARKS = ["sure", "likely", "review", "missing", "settled", "conflict"];

/** @param {{label: string, label_en: string}} named @returns {[string, string]} the label, and the English beside it */
export const labels = (named) => [named.label, language() === "en" ? named.label_en : ""];

/** @param {import("./api.js").Side} side @returns {string} what a relation says, of what, and its sides */
export const relationWords = (side) => `${side.statement} · ${side.about}: ${side.sums}`;
