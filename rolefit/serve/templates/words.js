"use strict";

/* Says a verdict in words: what it is, how sure, why, whether the title agrees, and what to do next. */
const Words = (() => {
  const { make, percent } = Posting;
  const { about } = Page;
  const [first, second, mixed, unclear] = about.labels;

  const roleOf = (label) => about.roles[about.labels.indexOf(label)];
  const list = (words) => words.join(", "); // some hold an “and” of their own
  const surely = (share) => (share >= 0.9 ? "almost certainly" : share >= 0.75 ? "most likely" : share >= 0.6 ? "probably" : "perhaps");

  /** The themes of a role, the one with the most evidence first; four at most. */
  const themes = (verdict, role) => {
    const weight = new Map();
    for (const line of verdict.lines) if (line.role === role || line.role === "both") weight.set(line.theme_words, (weight.get(line.theme_words) ?? 0) + Math.abs(line.contribution));
    return [...weight].sort((a, b) => b[1] - a[1]).slice(0, 4).map(([words]) => words);
  };

  const what = (verdict) => {
    const sure = surely(verdict.confidence);
    if (verdict.label === first || verdict.label === second) return `This is ${sure} a ${about.names[roleOf(verdict.label)]}’s posting.`;
    if (verdict.label === mixed) return `This ${sure} asks for the work of both roles.`;
    return "This does not say which of the two jobs it is.";
  };

  const why = (verdict) => {
    const named = about.roles.map((role) => themes(verdict, role));
    if (verdict.label === unclear) return `Why: ${verdict.reason}.`;
    if (verdict.label === mixed) return `Why: a ${about.names[about.roles[0]]}’s work (${list(named[0])}) stands beside a ${about.names[about.roles[1]]}’s (${list(named[1])}).`;
    const at = about.labels.indexOf(verdict.label);
    const others = named[1 - at].length ? `; of a ${about.names[about.roles[1 - at]]}’s work there is ${list(named[1 - at])}` : "";
    return `Why: its lines are about ${list(named[at])}${others}.`;
  };

  const onTitle = (verdict) => {
    if (!verdict.title) return verdict.label === unclear ? null : "It has no title to compare with.";
    if (verdict.mismatch) return null; // a callout says so
    if (verdict.mismatch === false) return verdict.label === mixed ? `The title “${verdict.title}” names one of the two.` : `The title “${verdict.title}” agrees.`;
    return verdict.label === unclear ? null : `The title “${verdict.title}” does not say which of the two.`;
  };

  const NEXT = {
    "empty": "Paste the text of a posting.",
    "not-english": "Paste an English version: nothing else is read.",
    "no-product-work": "Say in the duties what this person will do, one duty a line; or start from a model posting.",
    "too-little-product-work": "Say in more lines what this person will do, one duty a line; or start from a model posting.",
    "repeated-words": "Say each duty in words of its own; the lines repeat a few words and say little else.",
    "another-profession": "If it is meant as a product job, say in the duties what product work there is. Otherwise there is nothing to do.",
    "not-a-posting": "Paste the posting itself.",
  };
  const next = (verdict) => {
    if (verdict.label === unclear) return NEXT[verdict.reason_code] ?? "Look at the lines below.";
    if (verdict.label === mixed) return "Decide which of the two you need and open its list below; or keep it mixed, and say so in the title.";
    if (verdict.mismatch) return "Change the title, or open the list below that makes the text what the title says.";
    return verdict.review ? "Read the lines below once: some of them may be read wrongly." : "Nothing needs to change. Check the lines below once.";
  };

  /** Everything to share, as nodes: the title, the sentences, the lines with their themes and articles, the articles. */
  const shared = (verdict) => {
    const articles = [...new Set(verdict.lines.flatMap((line) => line.articles))].sort();
    const mismatch = verdict.mismatch ? [make("p", {}, `The title disagrees: “${verdict.title}”.`)] : [];
    return make(
      "div",
      {},
      make("h1", {}, verdict.title || "Posting"),
      make("p", {}, make("b", {}, verdict.label), ` (${percent(verdict.confidence)} sure). ${what(verdict)} ${why(verdict)}`),
      ...mismatch,
      make("p", {}, `Next: ${next(verdict)}`),
      make("ul", {}, ...verdict.lines.map((line) => make("li", {}, make("b", {}, line.role), ` ${line.text} (${[line.theme_words, line.articles.join(", ")].filter(Boolean).join("; ")})`))),
      make("p", {}, articles.map((id) => `${id}: ${about.articles[id] ?? id}`).join(" · ")),
      make("p", {}, `Read by rolefit with ${verdict.model}. It judges the posting, never a person.`),
    );
  };

  const plain = (verdict) => [...shared(verdict).querySelectorAll("h1, p, li")].map((node) => (node.localName === "li" ? `- ${node.textContent}` : node.textContent)).filter(Boolean).join("\n");

  return { what, why, onTitle, next, surely, shared, plain, roleOf, list };
})();
