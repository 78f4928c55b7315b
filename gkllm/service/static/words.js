/** What the page says, in English or Chinese: the sentences of gkllm's own catalogue. */

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
