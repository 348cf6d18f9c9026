"use strict";

/* Says what to do next, and puts what is said of a posting together to be copied. What it is and why is said by the server,
   in the words of every other output. */
const Words = (() => {
  const { make, percent } = Posting;
  const { about } = Page;
  const [first, second, mixed, unclear] = about.labels;

  const NEXT = {
    "empty": "Paste the text of a posting.",
    "not-english": "Paste an English version: nothing else is read.",
    "no-product-work": "Say in the duties what this person will do, one duty a line; or start from a model posting.",
    "too-little-product-work": "Say in more lines what this person will do, one duty a line; or start from a model posting.",
    "repeated-words": "Say each duty in words of its own; the lines repeat a few words and say little else.",
    "another-profession": "If it is meant as a product job, say in the duties what product work there is. Otherwise there is nothing to do.",
    "not-a-posting": "Paste the posting itself.",
    "several": "Paste one posting at a time.",
  };
  /** What keeps a text from being one clear posting; null of one that is. More may be known than the reason of its verdict says. */
  const causeOf = ({ verdict, language, hints, group }) => {
    if (hints.length) return hints.some(({ kind }) => kind === "several") ? "several" : "not-a-posting";
    if (verdict.label !== unclear) return null;
    if (language) return "not-english";
    return group === verdict.label ? verdict.reason_code : "another-profession";
  };
  const next = (verdict) => {
    if (verdict.cause) return NEXT[verdict.cause] ?? "Look at the lines below.";
    if (verdict.label === mixed) return "Decide which of the two you need and open its list below; or keep it mixed, and say so in the title.";
    if (verdict.mismatch) return `Change the title, or make the text what it says: “Make it a ${about.names[about.roles[verdict.label === first ? 1 : 0]]}’s posting”, below.`;
    return verdict.review ? "Read the lines below once: some of them may be read wrongly." : "Nothing needs to change. Check the lines below once.";
  };

  /** Everything to share, as nodes: the title, the sentences, the lines with their themes and articles, the articles. */
  const shared = (verdict) => {
    const articles = [...new Set(verdict.lines.flatMap((line) => line.articles))].sort();
    return make(
      "div",
      {},
      make("h1", {}, verdict.title || "Posting"),
      make("p", {}, make("b", {}, verdict.label), ` (${percent(verdict.confidence)} sure). ${verdict.what} Why: ${verdict.why}.`),
      make("p", {}, verdict.on_title && `${verdict.on_title}.`),
      make("p", {}, `Next: ${next(verdict)}`),
      make("ul", {}, ...verdict.lines.map((line) => make("li", {}, make("b", {}, line.role), ` ${line.text} (${[Posting.themeOf(line), line.articles.join(", ")].filter(Boolean).join("; ")})`))),
      make("p", {}, articles.map((id) => `${id}: ${about.articles[id] ?? id}`).join(" · ")),
      make("p", {}, `${about.split ? `${about.split}. ` : ""}Read by rolefit with ${verdict.model}. It judges the posting, never a person.`),
    );
  };

  const plain = (verdict) => [...shared(verdict).querySelectorAll("h1, p, li")].map((node) => (node.localName === "li" ? `- ${node.textContent}` : node.textContent)).filter(Boolean).join("\n");

  return { causeOf, next, shared, plain };
})();
