/** What the page says, in English or Chinese: the sentences of gkllm's own catalogue, and cells in words and shapes. */

/** @typedef {"en" | "zh"} Language */

/** @type {{language: Language, words: Record<string, string>}} */
const spoken = { language: "en", words: {} };

/** @returns {Language} */
export const language = () => spoken.language;

/**
 * The sentence in the language in force, what stands in braces filled in.
 * @param {string} sentence
 * @param {Record<string, string | number>} [particulars]
 */
export function said(sentence, particulars = {}) {
  const template = spoken.words[sentence] ?? sentence;
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in particulars ? String(particulars[name]) : whole));
}

/** The language that was chosen before, else the browser's. @returns {Language} */
export function preferred() {
  const kept = localStorage.getItem("language");
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/**
 * Speak a language from now on.
 * @param {Language} wanted
 */
export async function speak(wanted) {
  // The version that this script's own address holds.
  const of = new URL(import.meta.url).pathname.split("/").at(-2);
  const answer = await fetch(`/page/${of}/words?lang=${wanted}`);
  spoken.words = answer.ok ? await answer.json() : {};
  spoken.language = wanted;
  localStorage.setItem("language", wanted);
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
  translate(document.body);
}

const ATTRIBUTES = { saidLabel: "aria-label", saidTitle: "title", saidPlaceholder: "placeholder" };

/**
 * Put what the page's own markup says into the language in force. An element with `data-said` is one sentence.
 * @param {ParentNode} root
 */
function translate(root) {
  for (const element of root.querySelectorAll("[data-said]")) {
    const own = /** @type {HTMLElement} */ (element);
    own.dataset.said ||= own.textContent?.trim() ?? "";
    own.textContent = said(own.dataset.said);
  }
  for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
    const selector = `[data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}]`;
    for (const element of root.querySelectorAll(selector)) {
      element.setAttribute(attribute, said(/** @type {HTMLElement} */ (element).dataset[name] ?? ""));
    }
  }
}

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
